/** What is wrong with the screen as it is drawn now, one line each; empty when nothing is. Runs inside the page, at a scale
 *  of 1, so it uses nothing from outside itself: playwright hands over its text. */
export function inspectScreen(): string[] {
  const faults = new Set<string>();
  const stage = document.querySelector('.over') ?? document.querySelector('.stage');
  if (stage === null) return ['nothing is drawn'];
  const slackPx = 2;
  const name = (element: Element): string => {
    const classes = element.getAttribute('class') ?? '';
    return `${element.tagName.toLowerCase()}${classes === '' ? '' : `.${classes.split(' ').join('.')}`}`;
  };
  const isSeen = (element: Element): boolean =>
    element.checkVisibility({ visibilityProperty: true }) &&
    element.closest('.visually-hidden, .leaves') === null &&
    getComputedStyle(element).clipPath === 'none';
  const isInside = (inner: DOMRect, outer: DOMRect): boolean =>
    inner.left >= outer.left - slackPx &&
    inner.right <= outer.right + slackPx &&
    inner.top >= outer.top - slackPx &&
    inner.bottom <= outer.bottom + slackPx;
  const boxesAround = (element: Element): Element[] => {
    const around: Element[] = [];
    for (let at: Element | null = element; at !== null; at = at === stage ? null : at.parentElement) {
      const { display } = getComputedStyle(at);
      if (display !== 'contents' && display !== 'inline') around.push(at);
    }
    return around;
  };
  const root = document.documentElement;
  if (root.scrollWidth > window.innerWidth || root.scrollHeight > window.innerHeight) faults.add('the page scrolls');

  const texts: { rect: DOMRect; text: string; owner: Element }[] = [];
  const walker = document.createTreeWalker(stage, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const owner = node.parentElement;
    const text = node.textContent?.trim() ?? '';
    if (owner === null || text === '' || !isSeen(owner)) continue;
    const sizePx = Number.parseFloat(getComputedStyle(owner).fontSize);
    if (sizePx < 27) faults.add(`text of ${sizePx} px: "${text}"`);
    const lang = owner.closest('[lang]')?.getAttribute('lang') ?? '';
    if (lang === 'en' ? /\p{Script=Han}/u.test(text) : /[A-Za-z]{3,}/u.test(text)) faults.add(`not ${lang}: "${text}"`);
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const line of range.getClientRects()) {
      // A font's own box is higher than its letters: what is seen is about one em around the middle.
      const middle = line.top + line.height / 2;
      const rect = new DOMRect(line.left, middle - sizePx * 0.45, line.width, sizePx * 0.9);
      texts.push({ rect, text, owner });
      const out = boxesAround(owner).find((box) => !isInside(rect, box.getBoundingClientRect()));
      if (out !== undefined) faults.add(`"${text}" leaves ${name(out)}`);
    }
  }
  for (const [index, a] of texts.entries()) {
    for (const b of texts.slice(index + 1)) {
      const widthPx = Math.min(a.rect.right, b.rect.right) - Math.max(a.rect.left, b.rect.left);
      const heightPx = Math.min(a.rect.bottom, b.rect.bottom) - Math.max(a.rect.top, b.rect.top);
      if (widthPx > slackPx && heightPx > slackPx) faults.add(`"${a.text}" overlaps "${b.text}"`);
    }
  }

  for (const element of stage.querySelectorAll('div, section, main, nav, p, h1, h2, ul, ol, li, dl, dt, dd, button')) {
    if (!isSeen(element)) continue;
    const rect = element.getBoundingClientRect();
    const out = boxesAround(element).find((box) => !isInside(rect, box.getBoundingClientRect()));
    if (out !== undefined) faults.add(`${name(element)} leaves ${name(out)}`);
  }

  const buttons = [...stage.querySelectorAll('button')].filter(isSeen);
  for (const [index, button] of buttons.entries()) {
    const rect = button.getBoundingClientRect();
    // Keys stand in rows of their kind; every other button is a main one (screens design A1).
    const leastPx = button.matches('.pad__key, .edit, .pages__footer *') ? 84 : 112;
    if (rect.width < leastPx || rect.height < leastPx)
      faults.add(
        `${name(button)} "${button.textContent}" is ${Math.round(rect.width)} × ${Math.round(rect.height)} px`,
      );
    for (const other of buttons.slice(index + 1)) {
      const next = other.getBoundingClientRect();
      const gapPx = Math.max(
        next.left - rect.right,
        rect.left - next.right,
        next.top - rect.bottom,
        rect.top - next.bottom,
      );
      if (gapPx < 16 - 0.5)
        faults.add(`${Math.round(gapPx)} px between "${button.textContent}" and "${other.textContent}"`);
    }
  }

  for (const code of stage.querySelectorAll('.qr')) {
    const modules = Number(code.getAttribute('viewBox')?.split(' ')[2]);
    const codePx = (code.getBoundingClientRect().width * (modules - 8)) / modules;
    if (!(codePx >= 242)) faults.add(`a code of ${Math.round(codePx)} px`);
    if (!isInside(code.getBoundingClientRect(), stage.getBoundingClientRect())) faults.add('a code leaves the screen');
  }

  const lowest = Math.min(...buttons.map((button) => button.getBoundingClientRect().top), Infinity);
  if (lowest < window.innerHeight - 1080) faults.add('a button lies above the lowest 1080 px');
  const isLow = root.dataset['lowReach'] === 'yes' && root.dataset['orientation'] === 'portrait';
  for (const { rect, text, owner } of texts) {
    if (isLow && rect.top < window.innerHeight - 1080 - slackPx && owner.closest('.picture') === null)
      faults.add(`"${text}" lies above what is in low reach`);
  }
  return [...faults];
}
