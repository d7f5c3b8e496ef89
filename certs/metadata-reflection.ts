/** The part of the metadata reflection proposal (rbuckton/reflect-metadata) that `@peculiar/x509`'s container asks for:
 *  metadata kept by target object, looked up along the prototype chain. The library refuses to load without it, so this
 *  file is imported before it. Does nothing where a whole implementation is present. */
type Metadata = Map<unknown, unknown>;
interface ReflectedMetadata {
  defineMetadata?: (key: unknown, value: unknown, target: object) => void;
  getOwnMetadata?: (key: unknown, target: object) => unknown;
  getMetadata?: (key: unknown, target: object) => unknown;
}

const kept = new WeakMap<object, Metadata>();
const reflect = Reflect as ReflectedMetadata;

function getOwn(key: unknown, target: object): unknown {
  return kept.get(target)?.get(key);
}

function getInherited(key: unknown, target: object): unknown {
  for (let at: object | null = target; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    if (kept.get(at)?.has(key) === true) return getOwn(key, at);
  }
  return undefined;
}

reflect.defineMetadata ??= (key, value, target) => {
  const own: Metadata = kept.get(target) ?? new Map<unknown, unknown>();
  own.set(key, value);
  kept.set(target, own);
};
reflect.getOwnMetadata ??= getOwn;
reflect.getMetadata ??= getInherited;

export {};
