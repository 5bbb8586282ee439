// Counts the forms begun on this device that have not arrived, from the draft keeper's own store: what it
// shows is what is there. A draft's name is the address of its form.
const PREFIX = `draft:${document.body.dataset.person}:`;

function unsent() {
  const found = [];
  for (const key of Object.keys(localStorage)) {
    if (!key.startsWith(PREFIX)) continue;
    const name = key.slice(PREFIX.length);
    try {
      found.push({ name, at: JSON.parse(localStorage.getItem(key)).at });
    } catch {
      // A damaged draft cannot be sent: it is not counted.
    }
  }
  return found.sort((a, b) => b.at - a.at);
}

function title(name, names) {
  const kind = ['snap', 'rounds', 'checks'].find((each) => name.startsWith(`/${each}/`));
  return names[kind ?? 'other'];
}

function show(root) {
  const found = unsent();
  const names = root.querySelector('[data-unsent-names]').dataset;
  root.hidden = false;
  root.querySelector('details').hidden = found.length === 0;
  root.querySelector('[data-unsent-none]').hidden = found.length > 0;
  root.querySelector('[data-unsent-count]').textContent = found.length;
  root.querySelector('[data-unsent-list]').replaceChildren(
    ...found.map(({ name, at }) => {
      const item = document.createElement('li');
      const line = document.createElement(name.startsWith('/') ? 'a' : 'span');
      if (line.tagName === 'A') line.href = name;
      const when = new Date(at).toLocaleString('sv-SE').slice(0, 16);
      line.textContent = `${title(name, names)} · ${when}`;
      item.append(line);
      return item;
    }),
  );
}

for (const root of document.querySelectorAll('[data-unsent]')) show(root);
window.addEventListener('pageshow', () => document.querySelectorAll('[data-unsent]').forEach(show));
