// Draws the rate month by month; every point leads to its rows.
const data = JSON.parse(document.getElementById('compliance-data').textContent);
const style = getComputedStyle(document.documentElement);
const colour = (name) => style.getPropertyValue(name).trim();
const box = document.getElementById('trend');
const soft = { color: colour('--ink-soft') };
const chart = window.echarts.init(box, null, { renderer: 'svg' });
chart.setOption({
  animation: false,
  textStyle: { color: colour('--ink'), fontFamily: style.getPropertyValue('--tblr-font-sans-serif') },
  grid: { left: 8, right: 24, top: 24, bottom: 8, containLabel: true },
  tooltip: { trigger: 'axis', confine: true, valueFormatter: (value) => (value == null ? '—' : `${value}%`) },
  xAxis: { type: 'category', data: data.months.map((m) => m.label), axisLabel: soft, axisTick: { show: false } },
  yAxis: { type: 'value', min: 0, max: 100, axisLabel: { ...soft, formatter: '{value}%' }, splitLine: { lineStyle: { color: colour('--line') } } },
  series: [
    {
      name: data.word,
      type: 'line',
      data: data.months.map((m) => m.rate),
      symbol: 'circle',
      symbolSize: 8,
      label: { show: true, color: colour('--ink'), formatter: '{c}%' },
      itemStyle: { color: colour('--pine') },
      lineStyle: { color: colour('--pine'), width: 2.5 },
    },
  ],
});
chart.on('click', ({ dataIndex }) => window.location.assign(data.months[dataIndex].rows));
new ResizeObserver(() => chart.resize()).observe(box);
