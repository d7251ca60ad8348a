/** What `$schema` of an experiment file says; an editor's extension serves the schema behind it. */
export const SCHEMA_ID = 'polysemanticity://schemas/experiment.schema.json';
