// Nothing typed is lost: a form with data-draft keeps its text (localStorage) and photos (IndexedDB) on this
// device, gives them back after an expired session or a closed page, and forgets them once the server has
// said that the form was saved (the page's drafts-done).
import { photoField } from './photos.js';
import { word } from './words.js';

const PERSON = document.body.dataset.person;
const PREFIX = 'draft:';
const KEEP_FOR = 7 * 24 * 3600 * 1000; // ms
const SKIPPED = new Set(['csrfmiddlewaretoken', 'once']);

function keyOf(form) {
  return `${PREFIX}${PERSON}:${form.dataset.draft}`;
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function kept(field) {
  return (
    field.name && !SKIPPED.has(field.name) && !field.disabled && !field.hasAttribute('data-no-draft') &&
    !['password', 'file', 'submit', 'button', 'hidden', 'reset'].includes(field.type)
  );
}

function values(form) {
  const found = {};
  for (const field of form.elements) {
    if (!kept(field)) continue;
    found[field.name] ??= [];
    if (['checkbox', 'radio'].includes(field.type)) {
      if (field.checked) found[field.name].push(field.value);
    } else if (field.type === 'select-multiple') {
      found[field.name].push(...[...field.selectedOptions].map((option) => option.value));
    } else {
      found[field.name].push(field.value);
    }
  }
  return found;
}

function fill(form, fields) {
  const used = {};
  let changed = false;
  for (const field of form.elements) {
    const wanted = kept(field) ? fields[field.name] : undefined;
    if (!wanted) continue;
    if (['checkbox', 'radio'].includes(field.type)) {
      changed = set(field, 'checked', wanted.includes(field.value)) || changed;
    } else if (field.type === 'select-multiple') {
      for (const option of field.options) changed = set(option, 'selected', wanted.includes(option.value)) || changed;
    } else {
      const i = used[field.name] ?? 0;
      used[field.name] = i + 1;
      if (wanted[i] !== undefined) changed = set(field, 'value', wanted[i]) || changed;
    }
    field.dispatchEvent(new Event('input', { bubbles: true }));
  }
  return changed;
}

function set(field, property, value) {
  if (field[property] === value) return false;
  field[property] = value;
  return true;
}

class Draft {
  constructor(form) {
    this.form = form;
    this.key = keyOf(form);
    this.first = values(form);
    this.timer = 0;
    this.filling = false;
    this.restore();
    form.addEventListener('input', () => this.later());
    form.addEventListener('change', () => this.later());
    form.addEventListener('photos:changed', (event) => this.savePhotos(event.target));
    form.addEventListener('submit', () => this.save());
    window.addEventListener('pagehide', () => this.timer && this.save());
  }

  get once() {
    return this.form.elements.once?.value ?? '';
  }

  later() {
    if (this.filling) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), 300);
  }

  save() {
    clearTimeout(this.timer);
    this.timer = 0;
    const draft = { once: this.once, at: Date.now(), fields: values(this.form) };
    try {
      localStorage.setItem(this.key, JSON.stringify(draft));
    } catch {
      // Storage is full or switched off: the form still works, it only is not kept.
    }
  }

  async savePhotos(root) {
    const { name, kept: photos } = photoField(root);
    this.save();
    const rows = await Promise.all(
      photos.map(async ({ file, capture, taken }) => ({
        capture, taken, name: file.name, type: file.type, bytes: await file.arrayBuffer(),
      })),
    );
    await inStore('readwrite', (store) => store.put({ once: this.once, at: Date.now(), rows }, `${this.key}/${name}`));
  }

  async restore() {
    const draft = read(this.key);
    if (!draft) return;
    this.filling = true;
    let changed = fill(this.form, draft.fields);
    this.filling = false;
    if (draft.once && this.form.elements.once) this.form.elements.once.value = draft.once;
    for (const root of this.form.querySelectorAll('[data-photos]')) {
      const stored = await inStore('readonly', (store) => store.get(`${this.key}/${root.dataset.photos}`));
      if (!stored?.rows.length) continue;
      photoField(root).restore(
        stored.rows.map((row) => ({
          capture: row.capture, taken: row.taken, file: new File([row.bytes], row.name, { type: row.type }),
        })),
      );
      changed = true;
    }
    if (changed) this.tell();
  }

  tell() {
    const line = document.createElement('div');
    line.className = 'draft-line no-print';
    line.setAttribute('role', 'status');
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = word('draftDiscard');
    button.addEventListener('click', async () => {
      clearTimeout(this.timer);
      this.timer = 0;
      await forget(this.key);
      location.reload();
    });
    line.append(word('draftRestored'), button);
    this.form.prepend(line);
  }
}

// One small store for photos; where IndexedDB is switched off, photos are simply not kept.
async function inStore(mode, work) {
  try {
    const db = await promised(() => {
      const request = indexedDB.open('drafts', 1);
      request.onupgradeneeded = () => request.result.createObjectStore('photos');
      return request;
    });
    try {
      return await promised(() => work(db.transaction('photos', mode).objectStore('photos')));
    } finally {
      db.close();
    }
  } catch {
    return undefined;
  }
}

function promised(make) {
  return new Promise((done, fail) => {
    const request = make();
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
}

async function forget(key) {
  localStorage.removeItem(key);
  const names = (await inStore('readonly', (store) => store.getAllKeys())) ?? [];
  for (const name of names) {
    if (String(name).startsWith(`${key}/`)) await inStore('readwrite', (store) => store.delete(name));
  }
}

async function sweep() {
  const done = (document.querySelector('meta[name=drafts-done]')?.content ?? '').split(' ').filter(Boolean);
  const keys = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
  for (const key of keys) {
    const draft = read(key);
    if (!draft || done.includes(draft.once) || Date.now() - draft.at > KEEP_FOR) await forget(key);
  }
}

function start(scope) {
  for (const form of scope.querySelectorAll('form[data-draft]')) {
    if (!form.dataset.draftKept) {
      form.dataset.draftKept = 'yes';
      new Draft(form);
    }
  }
}

await sweep();
start(document);
document.addEventListener('htmx:load', (event) => start(event.target));
