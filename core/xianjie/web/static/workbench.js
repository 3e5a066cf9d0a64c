// The pages work without this: it opens a cell in a drawer in place of its own page, and tells what was swapped in.
(function () {
  "use strict";
  var root = document.documentElement;
  // what a term means goes away with Escape, and comes back with the next one pointed at
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") { document.body.classList.add("tips-off"); }
  });
  ["pointerover", "focusin"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      if (event.target.closest && !event.target.closest(".tip-text")) { document.body.classList.remove("tips-off"); }
    });
  });
  // where the menu is wider than the window, begin where one is
  var here = document.querySelector(".menu [aria-current]");
  if (here) {
    window.requestAnimationFrame(function () {  // as the page is laid out anyhow: not a time more for this
      var menu = here.closest(".menu");
      menu.scrollLeft += here.getBoundingClientRect().left - menu.getBoundingClientRect().left - menu.clientWidth / 3;
    });
  }
  // a form that goes along to the other language leaves files and half dates behind; of any other, nothing goes along
  var other = document.getElementById("to-language");
  function typed(one) {
    if (one.type === "file") { return one.files.length > 0; }
    if (one.type === "radio" || one.type === "checkbox") { return one.checked !== one.defaultChecked; }
    if (one.type === "select-one") {
      var first = Array.prototype.findIndex.call(one.options, function (each) { return each.defaultSelected; });
      return one.selectedIndex !== Math.max(0, first);
    }
    return /^(text|date|textarea|number|month)$/.test(one.type) && one.value !== one.defaultValue;
  }
  function stays(one) { return one.type === "file" ? typed(one) : one.validity && one.validity.badInput; }
  if (other) {
    other.addEventListener("click", function (event) {
      var left = other.form ? Array.prototype.some.call(other.form.elements, stays)
        : Array.prototype.some.call(document.querySelectorAll("main form[method=post]"), function (one) {
          return one.querySelector("[aria-invalid], .is-wrong") || Array.prototype.some.call(one.elements, typed);
        });
      if (left && !window.confirm(other.getAttribute(other.form ? "data-files" : "data-unsent"))) { event.preventDefault(); }
    });
  }
  // colours, contrast and size of text change where one is
  document.addEventListener("displayed", function (event) {
    ["theme", "contrast", "text"].forEach(function (name) { root.setAttribute("data-" + name, event.detail[name]); });
    document.dispatchEvent(new Event("redraw"));
  });
  var drawer = document.getElementById("drawer");
  var told = document.getElementById("told");
  // the address changes while the head of the page stays: its links follow
  document.addEventListener("htmx:pushedIntoHistory", function () {
    var query = location.search.replace(/^\?/, "");
    var display = document.getElementById("to-display");
    if (other.href) { other.href = location.pathname + "?" + (query ? query + "&" : "") + "lang=" + other.lang.slice(0, 2); }
    display.href = "/display?back=" + encodeURIComponent(location.pathname + location.search);
  });
  if (!drawer || typeof drawer.showModal !== "function") {
    // a browser without <dialog>: links lead to pages of their own
    document.addEventListener("htmx:beforeRequest", function (event) {
      if (event.detail.target.id === "drawer-body") {
        event.preventDefault();
        window.open(event.detail.elt.getAttribute("href"), event.detail.elt.getAttribute("target") || "_self");
      }
    });
    return;
  }
  // the hundreds of links of a table are not each made known to htmx: one listener is enough for all
  document.addEventListener("click", function (event) {
    var link = event.target.closest("[data-drawer] .cell");
    if (!link || !window.htmx || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) { return; }
    event.preventDefault();
    window.htmx.ajax("GET", link.getAttribute("href"), { source: link, target: "#drawer-body" }).catch(function () {
      return null;  // what went wrong was told by an event
    });
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    var target = event.detail.target;
    if (target.id === "drawer-body") {
      if (!drawer.open) { drawer.showModal(); }
      drawer.scrollTop = 0;
      var title = document.getElementById("drawer-title");
      if (title) { title.focus(); }
    } else if (told) {
      var line = document.getElementById("result-told");
      told.textContent = line ? line.textContent : "";
    }
  });
  document.addEventListener("htmx:sendError", function (event) {
    var href = event.detail.elt.getAttribute("href");
    if (href) { window.open(href, event.detail.elt.getAttribute("target") || "_self"); }
  });
  drawer.addEventListener("click", function (event) {
    if (event.target === drawer) { drawer.close(); }
  });
}());
