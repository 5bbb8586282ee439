// The grid to paste into: a table from the clipboard goes to the server, which reads it and gives it back
// checked; arrows and Enter move between cells; a kept draft gets as many rows as it had.
const form = document.getElementById('paste');
const body = form.querySelector('tbody');

function addRow() {
  const last = body.rows[body.rows.length - 1];
  const row = last.cloneNode(true);
  const number = body.rows.length + 1;
  row.id = `row-${number}`;
  row.className = '';
  row.querySelector('th').textContent = number;
  for (const why of row.querySelectorAll('.cell-why')) why.remove();
  for (const cell of row.querySelectorAll('textarea')) {
    cell.value = '';
    cell.removeAttribute('aria-invalid');
    cell.removeAttribute('aria-describedby');
    cell.setAttribute('aria-label', cell.getAttribute('aria-label').replace(/\d+$/, number));
  }
  body.append(row);
}

const key = `draft:${document.body.dataset.person}:${form.dataset.draft}`;
try {
  // What came back from the server is newer than what was kept when it was sent.
  if (Number(form.dataset.rows)) localStorage.removeItem(key);
  const draft = JSON.parse(localStorage.getItem(key));
  while (body.rows.length < Math.min(draft?.fields?.unit?.length ?? 0, 200)) addRow();
} catch {
  // No draft, or none that can be read.
}

form.addEventListener('paste', (event) => {
  const text = event.clipboardData?.getData('text/plain') ?? '';
  if (!event.target.matches('tbody textarea') || !/\t|\n(?=[^]*\t)/.test(text)) return;
  event.preventDefault();
  form.elements.pasted.value = text;
  form.requestSubmit(form.querySelector('button[value=check]'));
});

body.addEventListener('keydown', (event) => {
  if (event.isComposing || !event.target.matches('textarea')) return;
  const cell = event.target.closest('td');
  const row = cell.parentElement;
  const edge = { ArrowUp: event.target.selectionStart === 0, ArrowDown: event.target.selectionEnd === event.target.value.length }[event.key];
  const enter = event.key === 'Enter' && !event.shiftKey && !event.altKey;
  if (!enter && !edge) return;
  event.preventDefault();
  const up = event.key === 'ArrowUp';
  if (!up && !row.nextElementSibling) addRow();
  const next = up ? row.previousElementSibling : row.nextElementSibling;
  next?.cells[cell.cellIndex].querySelector('textarea').focus();
});
