/** What a window needs to find its display, its sound and its language. Everything else of the caller's environment stays
 *  behind: `NODE_OPTIONS` and `ELECTRON_RUN_AS_NODE` (K32), input methods (K25), proxies (K24), the session bus with its
 *  keyring and its share dialogs (K27). */
const KEPT = [
  'PATH',
  'LANG',
  'LC_ALL',
  'TZ',
  'DISPLAY',
  'XAUTHORITY',
  'WAYLAND_DISPLAY',
  'XDG_RUNTIME_DIR',
  'XDG_SESSION_TYPE',
] as const;

/** The environment of a shell process. Its home is its own profile folder, so that nothing is left elsewhere (K26). */
export function shellEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  profileDir: string,
): Record<string, string> {
  const kept: Record<string, string> = { HOME: profileDir, XDG_CONFIG_HOME: profileDir, XDG_CACHE_HOME: profileDir };
  for (const name of KEPT) {
    const value = env[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}
