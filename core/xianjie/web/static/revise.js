// The pages work without this: it keeps what was typed from being lost.
(function () {
  "use strict";
  var form = document.getElementById("revising");
  if (form) {
    var touched = form.hasAttribute("data-unsent");
    form.addEventListener("input", function () { touched = true; });
    form.addEventListener("submit", function () { touched = false; });
    window.addEventListener("beforeunload", function (event) {
      if (touched) { event.preventDefault(); event.returnValue = ""; }
    });
    var faults = document.getElementById("faults");
    if (faults) { faults.focus(); }
    document.addEventListener("click", function (event) {
      var link = event.target.closest ? event.target.closest("a[href^='#']") : null;
      var target = link && document.getElementById(link.getAttribute("href").slice(1));
      for (var at = target; at; at = at.parentElement) {
        if (at.tagName === "DETAILS") { at.open = true; }
      }
    });
  }
}());
