// The pages work without this: it draws the numbers of a table as bars, and keeps what was typed from being lost.
(function () {
  "use strict";
  var form = document.getElementById("revising");
  if (form) {
    var touched = false;
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
  var place = document.getElementById("impact-chart");
  var table = document.getElementById("impact-table");
  if (!place || !table || !window.echarts) { return; }
  var heads = Array.prototype.slice.call(table.tHead.rows[0].cells, 1);
  var rows = Array.prototype.slice.call(table.tBodies[0].rows);
  var colours = { gained: "--good", lost: "--bad", undecided: "--care", settled: "--accent", reason_changed: "--press", force_changed: "--draft" };
  var chart = null;
  function draw() {
    var style = getComputedStyle(document.documentElement);
    var value = function (name) { return style.getPropertyValue(name).trim(); };
    var size = parseFloat(style.fontSize) || 16;
    place.classList.add("is-drawn");
    place.style.height = Math.round((rows.length * 2.4 + 2.5) * size) + "px";
    if (!chart) { chart = window.echarts.init(place, null, { renderer: "canvas" }); }
    var wide = place.clientWidth > 30 * size;
    chart.setOption({
      animation: false,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: size * 0.88 },
      grid: { left: (wide ? 9 : 6) * size, right: 1.5 * size, top: 0.3 * size, bottom: 2 * size },
      xAxis: { type: "value", minInterval: 1, splitNumber: wide ? 6 : 3, axisLabel: { color: value("--soft"), fontSize: size * 0.85 }, splitLine: { lineStyle: { color: value("--line") } } },
      yAxis: { type: "category", inverse: true, "data": rows.map(function (row) { return row.cells[0].textContent; }), axisLabel: { color: value("--ink"), fontSize: size * 0.9, width: (wide ? 8.4 : 5.4) * size, overflow: "break" }, axisLine: { lineStyle: { color: value("--line-strong") } }, axisTick: { show: false } },
      series: heads.map(function (head, number) {
        return {
          type: "bar", stack: "all", name: head.textContent, barMaxWidth: 1.4 * size,
          itemStyle: { color: value(colours[head.getAttribute("data-key")] || "--soft"), borderColor: value("--surface"), borderWidth: 1 },
          "data": rows.map(function (row) { return Number(row.cells[number + 1].textContent); })
        };
      })
    }, true);
    chart.resize();
  }
  draw();
  document.querySelector(".legend").hidden = false;
  window.addEventListener("resize", draw);
  if (window.matchMedia) {
    var dark = window.matchMedia("(prefers-color-scheme: dark)");
    if (dark.addEventListener) { dark.addEventListener("change", draw); }
  }
}());
