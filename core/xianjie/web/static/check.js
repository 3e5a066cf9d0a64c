// The form works without this: it marks each question as answers come, and warns before what was typed is left behind.
(function () {
  "use strict";
  var root = document.documentElement;
  var touched = false;
  var leaving = false;
  root.classList.add("scripted");

  function form() { return document.getElementById("check-form"); }

  function counted(box, state) { return box.querySelectorAll(".question.is-" + state).length; }

  function tidy() {
    document.querySelectorAll(".facts-panel").forEach(function (panel) {
      ["asked", "idle"].forEach(function (state) {
        var place = panel.querySelector("[data-count=" + state + "]");
        if (place) { place.textContent = counted(panel, state); }
      });
      var more = panel.querySelector(".show-rest-label");
      if (more) { more.hidden = panel.querySelector(".show-rest").hidden = !counted(panel, "idle"); }
    });
    groups();
  }

  // a group of which every question is out of the way goes with them
  function groups() {
    document.querySelectorAll(".facts-panel").forEach(function (panel) {
      panel.querySelectorAll(".question-group").forEach(function (group) {
        var all = group.querySelectorAll(".question").length;
        var empty = all > 0 && counted(group, "idle") === all && !group.contains(document.activeElement);
        group.classList.toggle("is-empty", empty);
      });
    });
  }

  function mark() {
    var states = document.getElementById("states");
    if (!states) { return; }
    ["asked", "told", "settled", "idle"].forEach(function (state) {
      (states.getAttribute("data-" + state) || "").split(" ").forEach(function (id) {
        var question = id && document.querySelector('[data-field="' + id + '"]');
        if (question && !question.classList.contains("is-" + state)) {
          question.classList.remove("is-asked", "is-told", "is-settled", "is-idle");
          question.classList.add("is-" + state);
        }
      });
    });
    tidy();
  }

  function told(field, id) {
    var words = (field.getAttribute("aria-describedby") || "").split(" ").filter(function (one) {
      return one && one !== id + "-fault";
    });
    return words;
  }

  // what could not be read is said at its field, and no longer once it can
  function faults() {
    document.querySelectorAll("#check-form .field-fault").forEach(function (one) { one.remove(); });
    document.querySelectorAll("#check-form .is-wrong").forEach(function (one) { one.classList.remove("is-wrong"); });
    document.querySelectorAll("#check-form [aria-invalid]").forEach(function (one) {
      one.removeAttribute("aria-invalid");
      var rest = told(one, one.id);
      if (rest.length) { one.setAttribute("aria-describedby", rest.join(" ")); } else { one.removeAttribute("aria-describedby"); }
    });
    document.querySelectorAll(".live-faults [data-at]").forEach(function (line) {
      var id = line.getAttribute("data-at");
      var field = document.getElementById(id);
      var block = field && (field.classList.contains("field-block") ? field : field.closest(".field-block"));
      if (!block) { return; }
      var said = document.createElement("span");
      said.className = "field-fault";
      said.id = id + "-fault";
      said.textContent = line.querySelector(".words").textContent;
      block.appendChild(said);
      block.classList.add("is-wrong");
      if (field !== block) { field.setAttribute("aria-invalid", "true"); }
      field.setAttribute("aria-describedby", told(field, id).concat(id + "-fault").join(" "));
    });
  }

  // a day after the judging date is told at its field, as it is beside the answers
  function late() {
    var told = document.getElementById("late-fields");
    document.querySelectorAll("#check-form .field-late").forEach(function (one) { one.remove(); });
    (told ? told.getAttribute("data-at") : "").split(" ").forEach(function (id) {
      var field = id && document.getElementById(id);
      var block = field && field.closest(".field-block");
      if (!block) { return; }
      var said = document.createElement("span");
      said.className = "doubts field-late";
      said.id = id + "-late";
      told.childNodes.forEach(function (one) { said.appendChild(one.cloneNode(true)); });
      block.appendChild(said);
    });
  }

  document.addEventListener("htmx:afterSettle", function (event) {
    var id = event.detail.target.id;
    if (id === "live") { faults(); late(); mark(); }
    if (id === "check") { tidy(); }
  });

  // what is typed while an answer is on its way is in the answer's form as well: nobody waits to go on typing
  function standing() {
    var found = {};
    Array.prototype.forEach.call(form() ? form().elements : [], function (one) {
      if (!one.name || !/^(text|date|radio|checkbox|textarea|select-one)$/.test(one.type)) { return; }
      var pick = one.type === "radio" || one.type === "checkbox";
      found[one.name + (pick ? "\n" + one.value : "")] = pick ? one.checked : one.value;
    });
    return found;
  }
  function ours(event) { return event.detail.target.id === "live" || event.detail.target.id === "check"; }
  document.addEventListener("htmx:beforeRequest", function (event) {
    if (ours(event)) { event.detail.xhr.asSent = standing(); }
  });
  document.addEventListener("htmx:beforeSwap", function (event) {
    var sent = event.detail.xhr.asSent;
    if (!sent) { return; }
    var now = standing();
    event.detail.xhr.since = {};
    Object.keys(now).forEach(function (key) {
      if (now[key] !== sent[key]) { event.detail.xhr.since[key] = now[key]; }
    });
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    var since = ours(event) && event.detail.xhr && event.detail.xhr.since;
    if (!since) { return; }
    event.detail.xhr.since = null;
    event.detail.xhr.late = [];
    Array.prototype.forEach.call(form() ? form().elements : [], function (one) {
      var pick = one.type === "radio" || one.type === "checkbox";
      var key = one.name + (pick ? "\n" + one.value : "");
      if (!(key in since) || since[key] === (pick ? one.checked : one.value)) { return; }
      if (pick) { one.checked = since[key]; } else { one.value = since[key]; }
      if (one !== document.activeElement || pick) { event.detail.xhr.late.push(one); }
    });
  });
  // only now does the new form hear of it
  document.addEventListener("htmx:afterSettle", function (event) {
    var late = (ours(event) && event.detail.xhr && event.detail.xhr.late) || [];
    if (event.detail.xhr) { event.detail.xhr.late = null; }
    late.forEach(function (one) { one.dispatchEvent(new Event("change", { bubbles: true })); });
  });

  // half a date is no date: the browser would send nothing, and nobody would know
  document.addEventListener("htmx:configRequest", function (event) {
    if (event.detail.path.indexOf("/check") !== 0) { return; }
    document.querySelectorAll('#check-form input[type="date"]').forEach(function (one) {
      if (one.validity && one.validity.badInput) { event.detail.parameters.set(one.name, "?"); }
    });
  });

  document.addEventListener("change", function (event) {
    if (event.target.form && event.target.form.id === "check-form" && event.target.type !== "file") { touched = true; }
    // a date, or never: not both
    if (event.target.closest(".day-row")) {
      var row = event.target.closest(".day-row");
      var day = row.querySelector("input:not([type=checkbox])");
      var never = row.querySelector("input[type=checkbox]");
      if (event.target === never && never.checked) { day.value = ""; }
      if (event.target === day && day.value) { never.checked = false; }
    }
  }, true);

  // the link to a question goes to where it is answered
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest('a[href^="#q-"]');
    if (!link) { return; }
    var field = document.getElementById(link.getAttribute("href").slice(1));
    if (!field) { return; }
    for (var box = field.closest("details"); box; box = box.parentElement && box.parentElement.closest("details")) { box.open = true; }
    var question = field.closest(".question");
    var panel = question && question.classList.contains("is-idle") && question.closest(".facts-panel");
    if (panel) { panel.querySelector(".show-rest").checked = true; groups(); }
    var at = field.matches("input, select, textarea") ? field : field.querySelector("input:checked") || field.querySelector("input");
    if (at) { event.preventDefault(); at.focus(); field.scrollIntoView({ block: "center" }); }
  });

  document.addEventListener("submit", function (event) {
    var to = event.submitter && event.submitter.getAttribute("formaction");
    if (to === "/check/file") { touched = false; } else if (event.target === form() && to !== "/check/load") { leaving = true; }
  });

  // it is on record, under an id: the way back leads to the form as it was, and to no empty one
  document.addEventListener("kept", function (event) {
    leaving = true;
    history.replaceState(history.state, "", event.detail.at);
  });

  // what goes wrong is told above the form, and not in its place
  function unsent(hidden) {
    var banner = document.getElementById("check-unsent");
    if (banner) { banner.hidden = hidden; if (!hidden) { banner.scrollIntoView({ block: "nearest" }); } }
  }
  document.addEventListener("htmx:sendError", function (event) { if (ours(event)) { unsent(false); } });
  document.addEventListener("htmx:beforeSwap", function (event) {
    if (!ours(event)) { return; }
    unsent(true);
    var trouble = document.getElementById("check-trouble");
    var broken = event.detail.xhr.status >= 400 && event.detail.xhr.status !== 422;
    if (trouble) { trouble.textContent = ""; }
    if (trouble && broken && event.detail.target.id === "check") {
      event.detail.target = trouble;
      trouble.scrollIntoView({ block: "nearest" });
    }
  });
  window.addEventListener("beforeunload", function (event) {
    if (touched && !leaving) { event.preventDefault(); event.returnValue = ""; }
  });

  document.addEventListener("DOMContentLoaded", function () {
    if (!form()) { return; }
    form().noValidate = true;
    touched = form().hasAttribute("data-unsent");
    groups();
  });
}());
