// The pages work without this: it opens a cell in a drawer in place of its own page, and tells what was swapped in.
(function () {
  "use strict";
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
    var menu = here.closest(".menu");
    menu.scrollLeft += here.getBoundingClientRect().left - menu.getBoundingClientRect().left - menu.clientWidth / 3;
  }
  var drawer = document.getElementById("drawer");
  var told = document.getElementById("told");
  // the address changes while the head of the page stays: its links follow
  document.addEventListener("htmx:pushedIntoHistory", function () {
    var query = location.search.replace(/^\?/, "");
    var other = document.getElementById("to-language");
    var display = document.getElementById("to-display");
    other.href = location.pathname + "?" + (query ? query + "&" : "") + "lang=" + other.lang.slice(0, 2);
    display.href = "/display?back=" + encodeURIComponent(location.pathname + location.search);
  });
  if (!drawer || typeof drawer.showModal !== "function") {
    // a browser without <dialog>: links lead to pages of their own
    document.addEventListener("htmx:beforeRequest", function (event) {
      if (event.detail.target.id === "drawer-body") {
        event.preventDefault();
        location.href = event.detail.elt.getAttribute("href");
      }
    });
    return;
  }
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
    if (href) { location.href = href; }
  });
  drawer.addEventListener("click", function (event) {
    if (event.target === drawer) { drawer.close(); }
  });
}());
