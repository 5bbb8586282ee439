// Dialogs, menus, toasts, copying, printing, filters that send themselves.
import { word } from './words.js';

export function toast(text, { level = 'success', url = '', seconds = 5 } = {}) {
  const line = document.createElement('div');
  line.className = `toast-line toast-${level}`;
  const words = document.createElement(url ? 'a' : 'span');
  words.textContent = text;
  if (url) words.href = url;
  const close = document.createElement('button');
  close.type = 'button';
  close.textContent = word('close');
  close.addEventListener('click', () => line.remove());
  line.append(words, close);
  document.getElementById('toasts').append(line);
  if (level !== 'error') setTimeout(() => line.remove(), seconds * 1000);
}

document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-open], [data-close], [data-print], [data-copy]');
  if (button?.dataset.open) document.getElementById(button.dataset.open)?.showModal();
  else if (button?.hasAttribute('data-close')) button.closest('dialog')?.close();
  else if (button?.hasAttribute('data-print')) window.print();
  else if (button?.hasAttribute('data-copy')) copy(button);
  if (event.target.matches('dialog.sheet')) closeFromOutside(event);
  for (const menu of document.querySelectorAll('details[data-menu][open]')) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

// A dialog is its own backdrop: a click on it but outside its box closes it.
function closeFromOutside(event) {
  const box = event.target.getBoundingClientRect();
  const inside =
    event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  if (!inside) event.target.close();
}

document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  for (const menu of document.querySelectorAll('details[data-menu][open]')) {
    menu.open = false;
    menu.querySelector('summary').focus();
  }
});

async function copy(button) {
  const text = button.dataset.copy || button.parentElement.querySelector('[data-copy-text]')?.textContent || '';
  try {
    await navigator.clipboard.writeText(text.trim());
    toast(word('copied'));
  } catch {
    toast(word('copyFailed'), { level: 'error' });
  }
}

document.addEventListener('change', (event) => {
  const form = event.target.closest('form[data-auto-submit]');
  if (form && event.target.matches('select, input[type=checkbox], input[type=radio], input[type=date]')) {
    form.requestSubmit();
  }
});

// Empty filters stay out of the address.
document.addEventListener('submit', (event) => {
  if (!event.target.matches('form[data-auto-submit]')) return;
  for (const field of event.target.elements) if (field.name && field.value === '') field.disabled = true;
});
window.addEventListener('pageshow', () => {
  for (const field of document.querySelectorAll('form[data-auto-submit] :disabled')) field.disabled = false;
});

document.addEventListener('input', (event) => {
  if (event.target.matches('textarea[data-grow]')) {
    event.target.style.height = 'auto';
    event.target.style.height = `${event.target.scrollHeight + 2}px`;
  }
});

document.addEventListener('toast', (event) => toast(event.detail.text, event.detail));
document.addEventListener('htmx:sendError', () => toast(word('offline'), { level: 'error' }));
document.addEventListener('htmx:afterSwap', () => document.querySelector('[data-focus]')?.focus());

// A form that came back with errors starts at the first of them.
const wrong = document.querySelector('main .errorlist.nonfield, main [aria-invalid="true"]');
if (wrong) {
  if (!wrong.matches('input, select, textarea')) wrong.tabIndex = -1;
  wrong.focus({ preventScroll: true });
  wrong.scrollIntoView({ block: 'center' });
}
