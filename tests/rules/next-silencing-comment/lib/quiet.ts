export function quiet(element: HTMLElement, html: string) {
  // ruleid: next-dom-html-write, next-silencing-comment
  element.innerHTML = html; // nosemgrep
  // ruleid: next-silencing-comment
  // nosemgrep: next-dom-html-write
  // ruleid: next-dom-html-write
  element.outerHTML = html;
  // ok: next-silencing-comment
  element.textContent = html; // nosemgrep: rule-of-another-set
  // ok: next-silencing-comment
  return 'nosemgrep';
}
