// New notices while the page is open. The stream resumes after the last event seen, also across pages; a
// hidden page gives its connection back.
import { toast } from './sheet.js';
import { word } from './words.js';

const url = document.body.dataset.live;
const SEEN = `live:${document.body.dataset.person}`;
let stream = null;

function open() {
  if (stream || !url || document.hidden) return;
  const seen = sessionStorage.getItem(SEEN);
  stream = new EventSource(seen ? `${url}?after=${encodeURIComponent(seen)}` : url);
  stream.addEventListener('notice', receive);
  stream.addEventListener('unread', (event) => count(JSON.parse(event.data).unread));
}

function close() {
  stream?.close();
  stream = null;
}

function receive(event) {
  if (event.lastEventId) sessionStorage.setItem(SEEN, event.lastEventId);
  const notice = JSON.parse(event.data);
  if (notice.unread !== undefined) count(notice.unread);
  toast(notice.text || word('newNotice'), { level: 'info', url: notice.url, seconds: 8 });
}

function count(unread) {
  const badge = document.getElementById('bell-count');
  if (!badge) return;
  badge.textContent = unread > 99 ? '99+' : unread;
  badge.hidden = !unread;
}

document.addEventListener('visibilitychange', () => (document.hidden ? close() : open()));
window.addEventListener('pagehide', close);
window.addEventListener('pageshow', open);
