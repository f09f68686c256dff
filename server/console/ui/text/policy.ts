/** Words of the policy’s page. */

export const POLICY = {
  intro:
    'The clients’ own verifier judges every bundle; the console has no signing key and can weaken nothing. Pulling back takes a higher sequence.',
  rings: 'Rings',
  ring: 'Ring',
  nothing: 'nothing yet',
  policy: 'Policy',
  sequence: 'Sequence',
  validUntil: 'Good until',
  since: 'Out since',
  by: 'By',
  bundles: 'Bundles',
  noBundles: 'No bundle was uploaded.',
  signers: 'Signed by',
  uploaded: 'Uploaded',
  upload: 'Upload a bundle',
  file: 'Bundle file',
  compare: 'Compare',
  compareWith: (ring: string) => `with ${ring}`,
  putOut: 'Put out…',
  putOutTitle: (sequence: number, ring: string) => `Put sequence ${sequence} out in ${ring}?`,
  putOutText: 'The ring’s machines take it at their next look, within a quarter of an hour.',
  putOutDone: (sequence: number, ring: string) => `Sequence ${sequence} is out in ${ring}.`,
  diff: (from: number | undefined, to: number) =>
    from === undefined
      ? `Nothing is out: all of sequence ${to} would come.`
      : `From sequence ${from} to ${to}`,
  same: 'No setting differs.',
  setting: 'Setting',
  before: 'Before',
  after: 'After',
  effect: 'Effect',
  taken: 'What machines have',
  machines: 'Machines',
  unknown: (count: number) => `${count} ${count === 1 ? 'machine has' : 'machines have'} not said.`,
  noRings: 'No rings are configured (policy in the console’s configuration).',
} as const;
