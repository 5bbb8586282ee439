// Photos are made smaller on the device (longest side 1600 px, JPEG) and shown before they are sent. What the
// browser cannot read goes to the server as it is. Works on the two plain file inputs of c-photo-input.
import { word } from './words.js';

const LONGEST = 1600; // px
const QUALITY = 0.82;

class PhotoField {
  constructor(root) {
    this.root = root;
    this.name = root.dataset.photos;
    this.kept = []; // { file, capture, taken }
    this.status = root.querySelector('.photo-status');
    this.list = root.querySelector('.photo-list');
    for (const input of root.querySelectorAll('input[type=file]')) {
      input.addEventListener('change', () => this.take(input));
    }
  }

  async take(input) {
    const files = [...input.files];
    const { capture } = input.dataset;
    this.status.textContent = word('photoWorking');
    for (const file of files) {
      const taken = new Date(capture === 'camera' ? Date.now() : file.lastModified).toISOString();
      this.kept.push({ file: await smaller(file), capture, taken });
    }
    this.status.textContent = '';
    this.show();
    this.root.dispatchEvent(new CustomEvent('photos:changed', { bubbles: true }));
  }

  restore(kept) {
    this.kept = kept;
    this.show();
  }

  drop(photo) {
    this.kept = this.kept.filter((each) => each !== photo);
    this.show();
    this.root.dispatchEvent(new CustomEvent('photos:changed', { bubbles: true }));
  }

  show() {
    this.fillInputs();
    for (const image of this.list.querySelectorAll('img')) URL.revokeObjectURL(image.src);
    this.list.replaceChildren(...this.kept.map((photo, i) => this.tile(photo, i)));
  }

  // The inputs carry what will be sent; hidden fields beside them say when each photo was taken.
  fillInputs() {
    this.root.querySelectorAll('input[type=hidden]').forEach((each) => each.remove());
    for (const input of this.root.querySelectorAll('input[type=file]')) {
      const carrier = new DataTransfer();
      for (const photo of this.kept.filter((each) => each.capture === input.dataset.capture)) {
        carrier.items.add(photo.file);
        const taken = document.createElement('input');
        Object.assign(taken, { type: 'hidden', name: `${input.name}_taken`, value: photo.taken });
        this.root.append(taken);
      }
      input.files = carrier.files;
    }
  }

  tile(photo, i) {
    const item = document.createElement('li');
    const image = document.createElement('img');
    image.alt = `${i + 1}`;
    image.src = URL.createObjectURL(photo.file);
    const tag = document.createElement('span');
    tag.className = 'tag';
    tag.textContent = word(photo.capture === 'camera' ? 'photoCamera' : 'photoAlbum');
    const button = document.createElement('button');
    button.type = 'button';
    button.setAttribute('aria-label', `${word('photoRemove')} ${i + 1}`);
    const mark = document.createElement('span');
    mark.textContent = '×';
    button.append(mark);
    button.addEventListener('click', () => this.drop(photo));
    item.append(image, tag, button);
    return item;
  }
}

async function smaller(file) {
  if (!file.type.startsWith('image/') || file.type === 'image/gif') return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    if (scale === 1 && file.type === 'image/jpeg' && file.size < 600000) return file;
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const blob = await new Promise((done) => canvas.toBlob(done, 'image/jpeg', QUALITY));
    if (!blob || (scale === 1 && blob.size >= file.size)) return file;
    const name = `${file.name.replace(/\.[^.]*$/, '')}.jpg`;
    return new File([blob], name, { type: 'image/jpeg', lastModified: file.lastModified });
  } catch {
    return file; // the server looks at it and says what is wrong
  }
}

const fields = new WeakMap();

export function photoField(root) {
  if (!fields.has(root)) fields.set(root, new PhotoField(root));
  return fields.get(root);
}

function start(scope) {
  scope.querySelectorAll('[data-photos]').forEach(photoField);
}

start(document);
document.addEventListener('htmx:load', (event) => start(event.target));
