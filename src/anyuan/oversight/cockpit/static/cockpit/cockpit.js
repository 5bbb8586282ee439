// Draws the trend, the bars and the map from the data in the page. Every mark leads to its rows.
const data = JSON.parse(document.getElementById('cockpit-data').textContent);
const style = getComputedStyle(document.documentElement);
const colour = (name) => style.getPropertyValue(name).trim();
// Series differ in line, symbol and pattern as well, so they can be told apart without colour.
const PINE = colour('--pine');
const INK = colour('--ink');
const SOFT = colour('--ink-soft');
const PLUM = colour('--plum');
const LINE = colour('--line');
const TEXT = { color: INK, fontFamily: style.getPropertyValue('--tblr-font-sans-serif') };
const charts = [];

function draw(id, option, open) {
  const box = document.getElementById(id);
  if (!box) return;
  const chart = window.echarts.init(box, null, { renderer: 'svg' });
  chart.setOption({ animation: false, textStyle: TEXT, ...option });
  chart.on('click', (event) => {
    const url = open(event);
    if (url) window.location.assign(url);
  });
  charts.push(chart);
}

const axis = { axisLine: { lineStyle: { color: SOFT } }, axisLabel: { color: SOFT }, axisTick: { show: false } };
const values = { type: 'value', minInterval: 1, axisLabel: { color: SOFT }, splitLine: { lineStyle: { color: LINE } } };

draw(
  'trend',
  {
    grid: { left: 8, right: 16, top: 40, bottom: 8, containLabel: true },
    legend: { top: 0, left: 0, textStyle: { color: INK } },
    tooltip: { trigger: 'axis', confine: true },
    xAxis: { type: 'category', boundaryGap: false, data: data.weeks.map((w) => w.label), ...axis },
    yAxis: values,
    series: [
      {
        name: data.words.found,
        type: 'line',
        data: data.weeks.map((w) => w.found),
        symbol: 'circle',
        symbolSize: 7,
        itemStyle: { color: INK },
        lineStyle: { color: INK, type: 'dashed', width: 2 },
      },
      {
        name: data.words.closed,
        type: 'line',
        data: data.weeks.map((w) => w.closed),
        symbol: 'rect',
        symbolSize: 7,
        itemStyle: { color: PINE },
        lineStyle: { color: PINE, width: 2.5 },
      },
    ],
  },
  ({ seriesIndex, dataIndex }) => data.weeks[dataIndex][seriesIndex === 0 ? 'foundRows' : 'closedRows'],
);

const bars = data.domains.slice(0, 12).reverse();
draw(
  'domains',
  {
    grid: { left: 8, right: 24, top: 40, bottom: 8, containLabel: true },
    legend: { top: 0, left: 0, textStyle: { color: INK } },
    tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' }, confine: true },
    xAxis: values,
    yAxis: { type: 'category', data: bars.map((d) => d.name), ...axis, axisLabel: { color: INK, interval: 0, fontSize: 11 } },
    series: [
      {
        name: data.words.intime,
        type: 'bar',
        stack: 'open',
        data: bars.map((d) => d.open - d.late),
        itemStyle: { color: PINE },
      },
      {
        name: data.words.late,
        type: 'bar',
        stack: 'open',
        data: bars.map((d) => d.late),
        itemStyle: {
          color: PLUM,
          decal: { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: -Math.PI / 4, color: 'rgba(255,255,255,.45)' },
        },
      },
    ],
  },
  ({ seriesIndex, dataIndex }) => bars[dataIndex][seriesIndex === 0 ? 'openRows' : 'lateRows'],
);

const resize = () => charts.forEach((chart) => chart.resize());
window.addEventListener('resize', resize);
window.matchMedia('print').addEventListener('change', resize);

function tip(item) {
  const box = document.createElement('div');
  const name = document.createElement('strong');
  name.textContent = item.name;
  const text = document.createElement('div');
  text.textContent = [item.word, item.text].filter(Boolean).join(' · ');
  box.append(name, text);
  return box;
}

function drawMap() {
  const box = document.getElementById('map');
  if (!box) return;
  const L = window.L;
  const map = L.map(box, { attributionControl: false, zoomControl: false, scrollWheelZoom: false, zoomSnap: 0.25 });
  L.control.zoom({ zoomInTitle: data.words.zoomIn, zoomOutTitle: data.words.zoomOut }).addTo(map);
  const drawn = L.featureGroup().addTo(map);
  for (const area of data.outlines) {
    const shape = L.geoJSON(area.geometry, {
      style: { color: SOFT, weight: 1.25, fillColor: '#ffffff', fillOpacity: 1 },
    }).addTo(drawn);
    shape.bindTooltip(tip(area), { sticky: true });
    if (area.href) shape.on('click', () => window.location.assign(area.href));
  }
  const markers = data.spots.map((spot) => {
    const mark = document.createElement('i');
    mark.className = `mark mark-${spot.shape}`;
    // The list beside the map is the way for keyboards; markers stay out of the tab order.
    const icon = L.divIcon({ html: mark, iconSize: [24, 24] });
    const rank = { major: 300, late: 200, open: 100, none: 0 }[spot.shape];
    const marker = L.marker(spot.at, { icon, keyboard: false, zIndexOffset: rank, alt: '' }).addTo(drawn);
    marker.bindTooltip(tip(spot));
    marker.on('click', () => window.location.assign(spot.href));
    return marker;
  });
  map.fitBounds(drawn.getBounds(), { padding: [12, 12], maxZoom: 14 });
  for (const link of document.querySelectorAll('[data-spot]')) {
    const marker = markers[Number(link.dataset.spot)];
    const lit = (on) => marker.getElement()?.classList.toggle('lit', on);
    for (const event of ['focus', 'mouseenter']) link.addEventListener(event, () => lit(true));
    for (const event of ['blur', 'mouseleave']) link.addEventListener(event, () => lit(false));
  }
}

drawMap();
