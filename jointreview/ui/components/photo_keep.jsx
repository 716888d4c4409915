// The photographs of one case on this device: kept, shown, placed, sent once.
import { newKey } from "./signature_http.jsx";
import { digestOf, get, put, remove, smaller, upload } from "./photo_db.jsx";
import { placeOfPhoto } from "./site_place.jsx";

/** What a store of a case can do with photographs; `state.photos` has them by key, `change` tells who watches. */
export class PhotoKeep {
  constructor(prefix, texts) {
    this.prefix = prefix;
    this.texts = texts;
    this.state = { photos: {}, problems: {} };
    this.watchers = new Set();
    this.writing = Promise.resolve();
  }

  watch = (callback) => {
    this.watchers.add(callback);
    return () => this.watchers.delete(callback);
  };

  now = () => this.state;

  change(part) {
    this.state = { ...this.state, ...part };
    this.watchers.forEach((callback) => callback());
  }

  write(work) {
    this.writing = this.writing.then(work).catch((fault) => {
      console.error(fault);
      this.change({ problems: { ...this.state.problems, "": [{ text: this.texts.storage_failed, where: "" }] } });
    });
    return this.writing;
  }

  shown(photo) {
    return { ...photo, url: photo.blob ? URL.createObjectURL(photo.blob) : photo.url };
  }

  /** Keep photographs and answer their keys. */
  async addPhotos(files) {
    this.adding = true; // nothing refers to them until the caller put them into a draft
    const rows = [];
    for (const file of files) {
      const blob = await smaller(file);
      const name = blob === file ? file.name : file.name.replace(/\.[^.]*$/, "") + ".jpg";
      const digest = await digestOf(blob);
      rows.push({ key: `${this.prefix}${newKey()}`, blob, name: name || "photo.jpg", digest, at: new Date().toISOString() });
    }
    const shown = Object.fromEntries(rows.map((row) => [row.key, this.shown(row)]));
    this.change({ photos: { ...this.state.photos, ...shown } });
    await this.write(async () => {
      for (const row of rows) await put("photos", row);
    });
    this.placing = placeOfPhoto().then((place) => place && this.placed(rows, place));
    return rows.map((row) => row.key);
  }

  /** Where photographs were taken, once the device knows. */
  placed(rows, place) {
    for (const { key } of rows) {
      const photo = this.state.photos[key];
      if (!photo) continue;
      this.change({ photos: { ...this.state.photos, [key]: { ...photo, ...place } } });
      this.write(() => put("photos", { ...this.state.photos[key], url: undefined }));
    }
  }

  /** A photograph the server has, made part of a draft so that it stays when more are added. */
  adopt(photos) {
    return photos.map((photo) => {
      const key = `${this.prefix}${photo.digest}`;
      if (!this.state.photos[key]) {
        const row = { key, name: photo.name, url: photo.url, uploadId: photo.upload_id };
        this.change({ photos: { ...this.state.photos, [key]: row } });
        this.write(() => put("photos", row));
      }
      return key;
    });
  }

  dropPhoto(key) {
    const photos = { ...this.state.photos };
    delete photos[key];
    this.change({ photos });
    this.write(() => remove("photos", key));
  }

  async uploaded(keys) {
    const ids = [];
    for (const key of keys) {
      const photo = this.state.photos[key] || (await get("photos", key));
      if (!photo) continue;
      if (!photo.uploadId) {
        const blob = photo.blob || (await (await fetch(photo.url, { credentials: "same-origin" })).blob());
        photo.uploadId = await upload(blob, photo.name, photo.digest);
        this.change({ photos: { ...this.state.photos, [key]: { ...photo } } });
        await this.write(() => put("photos", { ...photo, url: photo.blob ? undefined : photo.url }));
      }
      const { digest, at: taken_at, lon, lat, accuracy_m } = photo;
      const noted = Object.entries({ digest, taken_at, lon, lat, accuracy_m }).filter(([, value]) => value !== undefined);
      ids.push({ upload_id: photo.uploadId, ...Object.fromEntries(noted) });
    }
    return ids;
  }
}
