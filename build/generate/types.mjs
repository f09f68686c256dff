/** TypeScript types of what the schemas describe. */
import { createRequire } from 'node:module';
import { HEADER } from './schemas.mjs';

const require = createRequire(import.meta.url);

/** For the types: names only on objects, and `required` filled up where the defaults have been filled in. */
function forTypes(node, { suffix = '', effective = false }, done = new Map()) {
  if (Array.isArray(node)) return node.map((item) => forTypes(item, { suffix, effective }, done));
  if (node === null || typeof node !== 'object') return node;
  if (done.has(node)) return done.get(node);
  const copy = {};
  done.set(node, copy);
  for (const [key, value] of Object.entries(node)) {
    if (key === 'examples' || key === 'default' || key.startsWith('x-')) continue;
    if (key === 'properties' || key === 'patternProperties') {
      copy[key] = Object.fromEntries(
        Object.entries(value).map(([name, child]) => [name, forTypes(child, { suffix, effective }, done)]),
      );
    } else copy[key] = typeof value === 'object' ? forTypes(value, { suffix, effective }, done) : value;
  }
  if (copy.type !== 'object' || copy.properties === undefined) delete copy.title;
  else if (copy.title !== undefined) copy.title += suffix;
  if (effective && copy.properties !== undefined) {
    copy.required = Object.keys(copy.properties).filter(
      (name) => (node.required ?? []).includes(name) || node.properties[name].default !== undefined,
    );
  }
  return copy;
}

export async function typesModule(resolved) {
  const { compile } = require('json-schema-to-typescript');
  const options = {
    bannerComment: '',
    additionalProperties: false,
    ignoreMinAndMaxItems: true,
    format: false,
    strictIndexSignatures: false,
  };
  const policy = resolved('policy.schema.json');
  const settings = forTypes(policy.properties.settings, { suffix: 'Input' });
  const wire = forTypes(policy, {});
  wire.properties.settings = settings;
  const overlay = forTypes(resolved('overlay.schema.json'), {});
  overlay.properties.audience = { tsType: 'Audience' };
  overlay.properties.provenance = { tsType: 'Provenance' };
  overlay.properties.settings.items.properties.value = { tsType: 'unknown' };
  const update = forTypes(resolved('update.schema.json'), {});
  update.properties.audience = { tsType: 'Audience' };
  update.properties.provenance = { tsType: 'Provenance' };
  const parts = [
    [forTypes(resolved('bundle.schema.json'), {}), 'BundleFile'],
    [forTypes(resolved('root.schema.json'), {}), 'Root'],
    [overlay, 'Overlay'],
    [forTypes(resolved('freshness.schema.json'), {}), 'Freshness'],
    [update, 'UpdateManifest'],
    [forTypes(resolved('machine.schema.json'), {}), 'MachineFile'],
    [wire, 'Policy'],
    [forTypes(resolved('settings.schema.json'), { effective: true }), 'PolicySettings'],
  ];
  const texts = [];
  for (const [schema, name] of parts) texts.push(await compile(schema, name, options));
  return `${HEADER}${texts.join('\n')}`;
}
