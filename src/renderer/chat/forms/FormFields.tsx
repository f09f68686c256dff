import { type ReactElement, useId } from 'react';
import type { DataForm, FormField, FormProblem } from '../../../shared/data-form.ts';
import { FORM_LIMITS, isTrue } from '../../../shared/data-form.ts';
import { FORM_TEXT, formProblemText } from '../../text/forms.ts';
import { type FormValues, isLong, linesOf, withValue } from './form-values.ts';

interface Props {
  readonly form: DataForm;
  readonly values: FormValues;
  /** Shown at its field. */
  readonly problem: FormProblem | undefined;
  readonly onChange: (values: FormValues) => void;
}

/** The fields of a data form (XEP-0004), to be filled in. All that comes from the form is shown as plain text. */
export function FormFields({ form, values, problem, onChange }: Props): ReactElement {
  return (
    <>
      {form.instructions.map((line) => (
        <p key={line} className="hint" dir="auto">
          {line}
        </p>
      ))}
      {form.fields.map((field, index) => (
        <Field
          // A fixed field has no name; the order of a form's fields never changes.
          key={field.name === '' ? `fixed-${index}` : field.name}
          field={field}
          value={values.get(field.name) ?? []}
          problem={problem?.field === field.name && field.name !== '' ? problem : undefined}
          onChange={(value) => onChange(withValue(values, field.name, value))}
        />
      ))}
    </>
  );
}

interface FieldProps {
  readonly field: FormField;
  readonly value: readonly string[];
  readonly problem: FormProblem | undefined;
  readonly onChange: (value: readonly string[]) => void;
}

function Field(props: FieldProps): ReactElement | null {
  const { field, value, problem, onChange } = props;
  const id = useId();
  switch (field.type) {
    case 'hidden':
      return null;
    case 'fixed':
      return (
        <p className="form-fixed" dir="auto">
          {field.values.join(' ')}
        </p>
      );
    case 'boolean':
      return (
        <div className="form-field">
          <label className="form-check">
            <input
              type="checkbox"
              checked={isTrue(value[0])}
              aria-describedby={`${id}-note`}
              onChange={(event) => onChange([event.target.checked ? '1' : '0'])}
            />
            <span dir="auto">{labelOf(field)}</span>
          </label>
          <Note id={`${id}-note`} field={field} problem={problem} />
        </div>
      );
    case 'list-multi':
      return <Choices {...props} id={id} />;
    default:
      return (
        <div className="form-field">
          <label className="field-label" htmlFor={id} dir="auto">
            {labelOf(field)}
            {field.required ? <span className="form-required"> ({FORM_TEXT.required})</span> : null}
          </label>
          <Control id={id} {...props} />
          <Note id={`${id}-note`} field={field} problem={problem} />
        </div>
      );
  }
}

function labelOf({ label, name }: FormField): string {
  return label === '' ? name : label;
}

function Note({
  id,
  field,
  problem,
}: {
  readonly id: string;
  readonly field: FormField;
  readonly problem: FormProblem | undefined;
}): ReactElement {
  const lines = isLong(field) ? FORM_TEXT.onePerLine : '';
  const text =
    problem === undefined ? [field.description, lines].filter(Boolean).join(' ') : formProblemText(problem);
  return (
    <p id={id} className={problem === undefined ? 'hint' : 'field-error'} role="status" dir="auto">
      {text}
    </p>
  );
}

/** One input of the kind the field asks for. */
function Control({
  id,
  field,
  value,
  problem,
  onChange,
}: FieldProps & { readonly id: string }): ReactElement {
  const common = {
    id,
    className: 'text-field',
    'aria-describedby': `${id}-note`,
    'aria-invalid': problem !== undefined,
    'aria-required': field.required,
  } as const;
  if (field.type === 'list-single') {
    return (
      <select {...common} value={value[0] ?? ''} onChange={(event) => onChange([event.target.value])}>
        {field.required && value.length > 0 ? null : <option value="">{FORM_TEXT.nothingChosen}</option>}
        {field.options
          .filter((option) => option.value !== '')
          .map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
      </select>
    );
  }
  if (isLong(field)) {
    return (
      <textarea
        {...common}
        rows={Math.min(6, Math.max(2, value.length))}
        spellCheck={false}
        value={value.join('\n')}
        onChange={(event) => onChange(linesOf(event.target.value))}
      />
    );
  }
  return (
    <input
      {...common}
      type={field.type === 'text-private' ? 'password' : 'text'}
      autoComplete="off"
      spellCheck={false}
      maxLength={FORM_LIMITS.text}
      value={value[0] ?? ''}
      onChange={(event) => onChange(event.target.value === '' ? [] : [event.target.value])}
    />
  );
}

/** Several of a list. */
function Choices({
  id,
  field,
  value,
  problem,
  onChange,
}: FieldProps & { readonly id: string }): ReactElement {
  return (
    <fieldset className="form-choices" aria-describedby={`${id}-note`}>
      <legend className="field-label" dir="auto">
        {labelOf(field)}
        {field.required ? <span className="form-required"> ({FORM_TEXT.required})</span> : null}
      </legend>
      {field.options.map((option) => (
        <label key={option.value} className="form-check">
          <input
            type="checkbox"
            checked={value.includes(option.value)}
            onChange={(event) =>
              onChange(
                event.target.checked
                  ? [...value, option.value]
                  : value.filter((chosen) => chosen !== option.value),
              )
            }
          />
          <span dir="auto">{option.label}</span>
        </label>
      ))}
      <Note id={`${id}-note`} field={field} problem={problem} />
    </fieldset>
  );
}
