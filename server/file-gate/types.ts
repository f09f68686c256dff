/**
 * Which files pass: for each media type what `file` (libmagic) calls it, the extensions and the declared types that
 * agree with it. What is not here passes nobody: programs, scripts, HTML, SVG, disk images, macros.
 */

export interface TypeRule {
  /** IANA media type; its name in the configuration. */
  readonly type: string;
  /** `file --mime-type` of such a file. */
  readonly real: readonly string[];
  /** In lower case, without the dot. */
  readonly extensions: readonly string[];
  /** Declared media types that mean this; `type` itself is one of them. */
  readonly declared: readonly string[];
  /** A container that is looked into. */
  readonly container?: 'zip' | 'gzip' | 'tar';
  /** Names that a ZIP container of this type must hold. */
  readonly requires?: readonly string[];
  /** True when it is taken unless the configuration says otherwise. */
  readonly usual: boolean;
}

const OOXML = 'application/vnd.openxmlformats-officedocument';
const ODF = 'application/vnd.oasis.opendocument';

/** libmagic's guesses about text that is harmless as text. HTML and scripts are not among them. */
const PLAIN = [
  'text/plain',
  'text/csv',
  'application/json',
  'application/x-ndjson',
  'text/xml',
  'text/troff',
  'text/x-tex',
];

function same(
  type: string,
  extensions: readonly string[],
  usual = true,
  aliases: readonly string[] = [],
): TypeRule {
  return { type, real: [type, ...aliases], extensions, declared: [type, ...aliases], usual };
}

function office(type: string, extension: string, part: string): TypeRule {
  return {
    type,
    real: [type, 'application/zip'],
    extensions: [extension],
    declared: [type],
    container: 'zip',
    requires: ['[Content_Types].xml', part],
    usual: true,
  };
}

function openDocument(type: string, extension: string): TypeRule {
  return {
    type,
    real: [type],
    extensions: [extension],
    declared: [type],
    container: 'zip',
    requires: ['mimetype', 'content.xml'],
    usual: true,
  };
}

function plain(
  type: string,
  extensions: readonly string[],
  real: readonly string[],
  aliases: readonly string[] = [],
): TypeRule {
  return { type, real, extensions, declared: [type, ...aliases], usual: true };
}

export const TYPE_RULES: readonly TypeRule[] = [
  same('application/pdf', ['pdf']),
  same('image/png', ['png']),
  same('image/jpeg', ['jpg', 'jpeg']),
  same('image/gif', ['gif']),
  same('image/webp', ['webp']),
  same('image/tiff', ['tif', 'tiff']),
  same('image/bmp', ['bmp'], true, ['image/x-ms-bmp']),
  plain('text/plain', ['txt', 'log', 'md'], PLAIN, ['text/markdown']),
  plain('text/csv', ['csv'], ['text/csv', 'text/plain']),
  plain(
    'application/json',
    ['json', 'geojson'],
    ['application/json', 'text/plain'],
    ['application/geo+json'],
  ),
  plain('application/xml', ['xml', 'kml', 'gpx'], ['text/xml'], ['text/xml', 'application/gpx+xml']),
  office(`${OOXML}.wordprocessingml.document`, 'docx', 'word/document.xml'),
  office(`${OOXML}.spreadsheetml.sheet`, 'xlsx', 'xl/workbook.xml'),
  office(`${OOXML}.presentationml.presentation`, 'pptx', 'ppt/presentation.xml'),
  openDocument(`${ODF}.text`, 'odt'),
  openDocument(`${ODF}.spreadsheet`, 'ods'),
  openDocument(`${ODF}.presentation`, 'odp'),
  {
    ...same('application/zip', ['zip'], true, ['application/x-zip-compressed']),
    container: 'zip',
  },
  { ...same('application/gzip', ['gz', 'tgz'], true, ['application/x-gzip']), container: 'gzip' },
  { ...same('application/x-tar', ['tar']), container: 'tar' },
  same('audio/mpeg', ['mp3'], false),
  same('audio/x-wav', ['wav'], false, ['audio/wav', 'audio/vnd.wave']),
  same('video/mp4', ['mp4'], false),
  same('video/webm', ['webm'], false),
  same('text/rtf', ['rtf'], false, ['application/rtf']),
  same('application/msword', ['doc'], false),
  same('application/vnd.ms-excel', ['xls'], false),
  same('application/vnd.ms-powerpoint', ['ppt'], false),
];

export const KNOWN_TYPES: readonly string[] = TYPE_RULES.map(({ type }) => type);
export const DEFAULT_TYPES: readonly string[] = TYPE_RULES.filter(({ usual }) => usual).map(
  ({ type }) => type,
);

/** The media type without parameters, in lower case. */
export function essence(type: string): string {
  return (type.split(';')[0] ?? '').trim().toLowerCase();
}

/** What follows the last dot, in lower case; empty without one. */
export function extensionOf(name: string): string {
  return /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
}

/** Why a file's type does not pass. */
export type TypeReason = 'extension-not-allowed' | 'type-and-extension-disagree' | 'content-is-another-type';

/**
 * The rule of a file whose name, declared type and real type agree and are allowed.
 *
 * @param allowed media types of the configuration
 */
export function ruleOf(
  file: { readonly name: string; readonly declared: string; readonly real: string },
  allowed: readonly string[],
): TypeRule | TypeReason {
  const extension = extensionOf(file.name);
  const byExtension = TYPE_RULES.filter(
    (rule) => allowed.includes(rule.type) && rule.extensions.includes(extension),
  );
  if (byExtension.length === 0) return 'extension-not-allowed';
  const rule = byExtension.find(({ declared }) => declared.includes(essence(file.declared)));
  if (rule === undefined) return 'type-and-extension-disagree';
  return rule.real.includes(file.real) ? rule : 'content-is-another-type';
}
