// Rows with a tick: all of the page, a range with Shift, and a bar that says how many.
import { word } from './words.js';

let last = null;

document.addEventListener('click', (event) => {
  const clear = event.target.closest('[data-bulk-clear]');
  if (clear) {
    const form = clear.closest('form');
    for (const box of boxes(form)) box.checked = false;
    show(form);
    return;
  }
  const box = event.target;
  if (!box.matches?.('[data-check-row]')) return;
  if (event.shiftKey && last && last.form === box.form) {
    const all = boxes(box.form);
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    for (const each of all.slice(from, to + 1)) each.checked = box.checked;
  }
  last = box;
  show(box.form);
});

document.addEventListener('change', (event) => {
  if (!event.target.matches('[data-check-all]')) return;
  for (const box of boxes(event.target.form)) box.checked = event.target.checked;
  show(event.target.form);
});

function boxes(form) {
  return [...form.querySelectorAll('[data-check-row]')];
}

function show(form) {
  const all = boxes(form);
  const ticked = all.filter((box) => box.checked).length;
  for (const bar of form.querySelectorAll('[data-bulk-bar]')) {
    bar.hidden = ticked === 0;
    bar.querySelector('output').textContent = word('selected', { n: ticked });
  }
  for (const head of form.querySelectorAll('[data-check-all]')) {
    head.checked = ticked > 0 && ticked === all.length;
    head.indeterminate = ticked > 0 && ticked < all.length;
  }
}

window.addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form[data-bulk]')) show(form);
});
document.addEventListener('htmx:afterSettle', () => {
  for (const form of document.querySelectorAll('form[data-bulk]')) show(form);
});
