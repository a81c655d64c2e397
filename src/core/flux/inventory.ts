/** What a Flux object has applied, as its status lists it. */
import type { LiveObject, ObjectReference } from '../kubernetes/liveObject.ts';
import { listIn, textIn } from '../kubernetes/liveObject.ts';

/** Entries such as `dev_shop_apps_Deployment` and `_dev__Namespace`; a colon in a name (RBAC) is written as two underscores. */
export function inventoryOf({ status }: LiveObject): ObjectReference[] {
  return listIn(status, 'inventory', 'entries').flatMap((entry) => parseEntry(textIn(entry, 'id')) ?? []);
}

function parseEntry(id: string): ObjectReference | undefined {
  const [, namespace = '', name = '', group = '', kind = ''] = /^([^_]*)_(.+)_([^_]*)_([^_]+)$/.exec(id) ?? [];
  return kind === '' ? undefined : { group, kind, namespace, name: name.replaceAll('__', ':') };
}
