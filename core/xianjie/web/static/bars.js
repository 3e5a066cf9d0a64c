// Draws the numbers of a table as bars; the table is there without this, and stays. `data-table` names it, columns with
// `data-key` are drawn. `data-share`: as shares of the last column; `data-rest` names what is then left over. There is
// room for the bars from the beginning; what draws them is fetched once the page is there, so that no table waits for it.
(function () {
  "use strict";
  var colours = {
    gained: "--good", lost: "--bad", undecided: "--care", settled: "--accent", reason_changed: "--press", force_changed: "--draft",
    covered: "--good", priority_match: "--accent", undetermined: "--care", ambiguous: "--draft", not_matched: "--line-strong",
    allowed: "--good", refused: "--bad", not_triggered: "--line-strong", not_stipulated: "--soft", not_reported: "--accent-soft"
  };
  var charts = [], legends = Array.prototype.slice.call(document.querySelectorAll(".legend")), me = document.currentScript;
  function number(cell) {
    var found = Number(cell.textContent.replace(/[,\s]/g, ""));
    return isNaN(found) ? null : found;
  }
  // a row that says there is nothing has one cell for all columns
  function rowsOf(table) {
    return Array.prototype.filter.call(table.tBodies[0].rows, function (row) {
      return row.cells.length === table.tHead.rows[0].cells.length;
    });
  }
  function makeRoom(one, size) {
    one.place.classList.add("is-drawn");
    one.place.style.height = Math.round((rowsOf(one.table).length * 2.4 + 2.5) * size) + "px";
  }
  function draw(one) {
    var style = getComputedStyle(document.documentElement);
    var value = function (name) { return style.getPropertyValue(name).trim(); };
    var size = parseFloat(style.fontSize) || 16;
    var place = one.place, share = place.hasAttribute("data-share"), rest = place.getAttribute("data-rest");
    var heads = Array.prototype.slice.call(one.table.tHead.rows[0].cells);
    var rows = rowsOf(one.table);
    var drawn = heads.filter(function (head) { return head.hasAttribute("data-key"); });
    var whole = function (row) { return share ? number(row.cells[row.cells.length - 1]) || 1 : 1; };
    var told = function (row) {
      return drawn.reduce(function (sum, head) { return sum + (number(row.cells[head.cellIndex]) || 0); }, 0);
    };
    makeRoom(one, size);
    if (!one.chart) { one.chart = window.echarts.init(place, null, { renderer: "canvas" }); }
    var wide = place.clientWidth > 30 * size;
    var bar = function (name, colour, of) {
      return {
        type: "bar", stack: "all", name: name, barMaxWidth: 1.4 * size,
        itemStyle: { color: colour, borderColor: value("--surface"), borderWidth: 1 }, "data": rows.map(of)
      };
    };
    var series = drawn.map(function (head) {
      return bar(head.textContent, value(colours[head.getAttribute("data-key")] || "--soft"), function (row) {
        return (number(row.cells[head.cellIndex]) || 0) / whole(row);
      });
    });
    if (rest) {
      series.push(bar(rest, value("--sunk"), function (row) { return Math.max(0, 1 - told(row) / whole(row)); }));
    }
    one.chart.setOption({
      animation: false,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: size * 0.88 },
      grid: { left: (wide ? 9 : 6) * size, right: 1.5 * size, top: 0.3 * size, bottom: 2 * size },
      xAxis: {
        type: "value", minInterval: share ? undefined : 1, max: share ? 1 : undefined, splitNumber: wide ? 6 : 3,
        axisLabel: {
          color: value("--soft"), fontSize: size * 0.85,
          formatter: share ? function (at) { return Math.round(at * 100) + "%"; } : undefined
        },
        splitLine: { lineStyle: { color: value("--line") } }
      },
      yAxis: {
        type: "category", inverse: true, "data": rows.map(function (row) { return row.cells[0].textContent.trim(); }),
        axisLabel: { color: value("--ink"), fontSize: size * 0.9, width: (wide ? 8.4 : 5.4) * size, overflow: "break" },
        axisLine: { lineStyle: { color: value("--line-strong") } }, axisTick: { show: false }
      },
      series: series
    }, true);
    one.chart.resize();
  }
  function drawAll() {
    if (window.echarts) { charts.forEach(draw); }
  }
  function fetchLibrary() {
    var script = document.createElement("script");
    script.src = me.getAttribute("data-library");
    script.integrity = me.getAttribute("data-library-integrity");
    script.onload = drawAll;
    script.onerror = function () {  // there will be no bars
      charts.forEach(function (one) { one.place.classList.remove("is-drawn"); });
      legends.forEach(function (one) { one.hidden = true; });
    };
    document.head.appendChild(script);
  }
  Array.prototype.forEach.call(document.querySelectorAll(".chart[data-table]"), function (place) {
    var table = document.getElementById(place.getAttribute("data-table"));
    if (table) { charts.push({ place: place, table: table, chart: null }); }
  });
  if (!charts.length) { return; }
  var size = parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
  charts.forEach(function (one) { makeRoom(one, size); });
  legends.forEach(function (one) { one.hidden = false; });
  if (document.readyState === "complete") { fetchLibrary(); } else { window.addEventListener("load", fetchLibrary); }
  window.addEventListener("resize", drawAll);
  document.addEventListener("redraw", drawAll);
  if (window.matchMedia) {
    var dark = window.matchMedia("(prefers-color-scheme: dark)");
    if (dark.addEventListener) { dark.addEventListener("change", drawAll); }
  }
}());
