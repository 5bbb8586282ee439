// What every page loads. Small modules, each for one habit of the pages; no build step.
import './sheet.js';
import './guard.js';
import './bulk.js';
import './live.js';
import './photos.js';
import './draft.js';
