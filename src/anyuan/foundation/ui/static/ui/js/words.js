// Sentences come translated from the page (ui/parts/words.html).
const source = document.getElementById('words');

export function word(name, values = {}) {
  const text = source?.dataset[name] ?? '';
  return text.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}
