export { MEASURES } from '../core/measures/table';
