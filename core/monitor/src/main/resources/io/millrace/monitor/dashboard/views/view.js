// The life of a view: it draws what it knows, looks again every few seconds, and stops when left.
import { render, note, html } from '../ui.js';

/**
 * @param {Element} root
 * @param {number} seconds between two looks; 0 for one look only
 * @param {(state: object) => Promise<unknown>} look returns what is to be drawn
 */
export function live(root, seconds, look) {
  let open = true;
  let timer = 0;
  const again = async () => {
    clearTimeout(timer);
    let drawn;
    try {
      drawn = await look();
    } catch (failed) {
      drawn = html`${note('bad', failed.message)}`;
    }
    if (!open) return;
    if (drawn !== undefined) render(drawn, root);
    if (seconds > 0) timer = setTimeout(again, document.hidden ? seconds * 5000 : seconds * 1000);
  };
  again();
  return {
    refresh: again,
    close() {
      open = false;
      clearTimeout(timer);
    },
  };
}
