/** The part of a browser window this needs; browsers without Trusted Types have none. */
export interface TrustedTypesPage {
  readonly trustedTypes?: {
    createPolicy(name: string, rules: { createHTML: (text: string) => string | null }): unknown;
  };
}

/** The page's only Trusted Types policy (W3C Trusted Types §3.5, "default"). The component library writes its styles
 *  through `innerHTML` of a style element, which is a markup sink. Text without `<` cannot make an element, so such
 *  text passes; anything else, and every script, is refused by the browser and reported. */
export function installTrustedTypesPolicy(page: TrustedTypesPage): void {
  page.trustedTypes?.createPolicy('default', { createHTML: (text) => (text.includes('<') ? null : text) });
}
