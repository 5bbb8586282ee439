// A form is sent once: the second tap does nothing, and without a connection it is not sent at all.
import { toast } from './sheet.js';
import { word } from './words.js';

const RELEASE_AFTER = 20000; // ms: a send that never came back may be tried again

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (!form.matches('form[data-guard]')) return;
  if (form.dataset.sent) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  if (!navigator.onLine) {
    event.preventDefault();
    event.stopImmediatePropagation();
    toast(word('offline'), { level: 'error' });
    return;
  }
  form.dataset.sent = 'yes';
  event.submitter?.setAttribute('aria-busy', 'true');
  setTimeout(() => release(form), RELEASE_AFTER);
}, true);

function release(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll('[aria-busy]')) button.removeAttribute('aria-busy');
}

document.addEventListener('htmx:afterRequest', (event) => {
  const form = event.target.closest?.('form[data-guard]');
  if (form) release(form);
});
window.addEventListener('pageshow', () => document.querySelectorAll('form[data-sent]').forEach(release));
