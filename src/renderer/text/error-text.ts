export { detailLines, errorText } from '../../shared/error-text.ts';
