/** Value of `$schema` in experiment files; editors' extensions serve the schema under this URI. */
export const SCHEMA_ID = 'polysemanticity://schemas/experiment.schema.json';
