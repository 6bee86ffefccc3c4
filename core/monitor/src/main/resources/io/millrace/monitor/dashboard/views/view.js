// The life of a view: it draws what it knows, looks again every few seconds, and stops when left.
// While nobody can see the page, nothing is asked.
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
    clearTimeout(timer);
    if (seconds > 0 && !document.hidden) timer = setTimeout(again, seconds * 1000);
  };
  const shown = () => {
    clearTimeout(timer);
    if (!document.hidden && seconds > 0) again();
  };
  document.addEventListener('visibilitychange', shown);
  again();
  return {
    refresh: again,
    close() {
      open = false;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', shown);
    },
  };
}
