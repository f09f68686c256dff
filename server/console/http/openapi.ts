/** The OpenAPI document (3.1) of a table of routes. */
import { PROBLEM_CODES } from '../problem.ts';
import type { Route } from '../route.ts';
import type { JsonSchema } from './shapes.ts';

function parametersOf({ path, query }: Route): readonly JsonSchema[] {
  const { properties = {}, required = [] } = query.schema as {
    readonly properties?: Readonly<Record<string, JsonSchema>>;
    readonly required?: readonly string[];
  };
  return [
    ...Object.entries(path).map(([name, { schema }]) => ({ name, in: 'path', required: true, schema })),
    ...Object.entries(properties).map(([name, schema]) => ({
      name,
      in: 'query',
      required: required.includes(name),
      schema,
    })),
  ];
}

function operationOf(row: Route): JsonSchema {
  const { properties = {} } = row.body.schema as { readonly properties?: object };
  const hasBody = Object.keys(properties).length > 0;
  return {
    operationId: row.action,
    summary: row.summary,
    description: `For ${row.roles.join(', ')}.`,
    'x-roles': row.roles,
    ...(row.twoPersons === undefined
      ? {}
      : { 'x-two-persons': { marks: row.twoPersons.marks, approvers: row.twoPersons.approvers } }),
    security: row.session ? [{ card: [], session: [] }] : [{ card: [] }],
    parameters: parametersOf(row),
    ...(hasBody
      ? { requestBody: { required: true, content: { 'application/json': { schema: row.body.schema } } } }
      : {}),
    responses: {
      200: { description: 'Done.' },
      ...(row.twoPersons === undefined
        ? {}
        : { 202: { description: 'Kept until a second person approves it (`approval`).' } }),
      default: {
        description: 'Refused.',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  };
}

/** The document; every row is in it, and nothing else. */
export function openApi(routes: readonly Route[]): JsonSchema {
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const row of routes) {
    paths[row.address] = { ...paths[row.address], [row.method.toLowerCase()]: operationOf(row) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Sallyport administrators’ console', version: '1' },
    paths,
    components: {
      securitySchemes: {
        card: {
          type: 'mutualTLS',
          description: 'The administrator’s card; the table of administrators gives the role.',
        },
        session: { type: 'apiKey', in: 'header', name: 'Sallyport-Session' },
      },
      schemas: {
        Problem: {
          type: 'object',
          properties: {
            title: { type: 'string', description: 'A sentence for a person.' },
            status: { type: 'integer' },
            code: { type: 'string', enum: PROBLEM_CODES },
            detail: { type: 'string' },
          },
        },
      },
    },
  };
}
