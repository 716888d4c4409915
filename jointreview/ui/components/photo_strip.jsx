// Photographs of one line: camera or album, thumbnails, taken away again while the phone alone has them.
import { say } from "./signature_http.jsx";

/** Props: store, photos (rows of the store or of the server), onAdd(keys), onDrop(key), id, texts, disabled. */
export function PhotoStrip({ store, photos, onAdd, onDrop, id, texts, disabled }) {
  const picked = async (event) => {
    const files = Array.from(event.target.files || []);
    event.target.value = "";
    if (files.length) onAdd(await store.addPhotos(files));
  };
  return (
    <div className="jr-site-photos">
      {photos.map((photo, n) => (
        <Thumbnail key={photo.key || photo.digest} photo={photo} n={n + 1} texts={texts} onDrop={disabled ? null : onDrop} />
      ))}
      {disabled ? null : (
        <label className="jr-site-camera">
          <Camera />
          <span>{say(texts, photos.length ? "photo_more" : "photo_take")}</span>
          <input id={id} data-testid={id} type="file" accept="image/jpeg,image/png" capture="environment" multiple aria-label={say(texts, "photo_take")} onChange={picked} />
        </label>
      )}
    </div>
  );
}

function Thumbnail({ photo, n, texts, onDrop }) {
  const name = say(texts, "photo_n", { n });
  return (
    <span className="jr-site-photo">
      <a href={photo.url} target="_blank" rel="noreferrer" aria-label={name}>
        <img src={photo.url} alt={name} loading="lazy" />
      </a>
      {onDrop && photo.key ? (
        <button type="button" aria-label={say(texts, "photo_drop", { n })} onClick={() => onDrop(photo.key)}>
          <i aria-hidden="true">×</i>
        </button>
      ) : null}
    </span>
  );
}

/** Before and after, side by side. */
export function PhotoPair({ before, after, texts }) {
  const side = (photos, title) => (
    <figure>
      <figcaption>{title}</figcaption>
      {photos.length ? (
        photos.map((photo, n) => (
          <a key={photo.digest} href={photo.url} target="_blank" rel="noreferrer">
            <img src={photo.url} alt={`${title} ${n + 1}`} loading="lazy" />
          </a>
        ))
      ) : (
        <p className="jr-site-soft">{say(texts, "no_photo")}</p>
      )}
    </figure>
  );
  return (
    <div className="jr-site-pair">
      {side(before, say(texts, "before"))}
      {side(after, say(texts, "after"))}
    </div>
  );
}

function Camera() {
  return (
    <svg width="22" height="22" viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="2" strokeLinejoin="round" aria-hidden="true">
      <path d="M14.5 4h-5L7 7H4a2 2 0 0 0-2 2v9a2 2 0 0 0 2 2h16a2 2 0 0 0 2-2V9a2 2 0 0 0-2-2h-3z" />
      <circle cx="12" cy="13" r="3.5" />
    </svg>
  );
}
