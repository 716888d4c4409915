// A text file chosen on this machine, handed over as text: UTF-8, or GB 18030 as spreadsheets save it here.

/** Props: id, label, accept (".csv,.txt"), most (bytes), onText({name, text}), onTooLarge(name). */
export function TextFile({ id, label, accept, most = 200000, onText, onTooLarge }) {
  const picked = async (event) => {
    const file = event.target.files?.[0];
    event.target.value = "";
    if (!file) return;
    if (file.size > most) {
      onTooLarge?.(file.name);
      return;
    }
    const bytes = await file.arrayBuffer();
    let text;
    try {
      text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
      text = new TextDecoder("gb18030").decode(bytes);
    }
    onText?.({ name: file.name, text });
  };
  return (
    <label className="jr-button jr-text-file">
      {label}
      <input type="file" id={id} data-testid={id} accept={accept} onChange={picked} />
    </label>
  );
}
