import type { Network } from '../network/layout';
import type { Specimen } from '../network/specimen';
import { plainArithmetic, type AttributionArithmetic } from './arithmetic';
import { attribute, attributionOperations } from './attribute';
import { distributionMatrix, readDistribution } from './distribution';
import type { AttributionMatrix } from './matrix';
import type { Coefficients } from './probe';
import type { AttributionRequest } from './request';
import { probeInputs } from './sampleRows';

/** Everything that a matrix of any probe is computed from, as plain data that can be sent to another thread. */
export interface MatrixTask {
  /** Features → inputs; displaced as the probe requires. Without it the features are the specimen's inputs. */
  readonly encoder: Network | undefined;
  readonly specimen: Specimen;
  readonly request: AttributionRequest;
  /** For the probe `distribution`: the samples to read. The method of the request does not apply then. */
  readonly samples?: Coefficients;
}

/**
 * The matrix of a probe, `[neurons, features]`.
 * @param arithmetic does not change any number
 * @throws LabError when encoder and specimen do not fit each other
 */
export function probedMatrix(
  { encoder, specimen, request, samples }: MatrixTask,
  arithmetic: AttributionArithmetic = plainArithmetic,
): AttributionMatrix {
  if (!samples) return attribute(encoder, specimen, request, arithmetic);
  const { rows } = request;
  const inputs = probeInputs(encoder, samples, samples.samples);
  const read = readDistribution(specimen, inputs, { kinds: [rows], arithmetic });
  return distributionMatrix(specimen, samples.features, rows, read);
}

/** Upper estimate of the floating-point operations of a task. */
export function matrixOperations({ encoder, specimen, request, samples }: MatrixTask): number {
  const parameters = (encoder?.parameters.length ?? 0) + specimen.parameters.length;
  if (samples) return 2 * samples.samples * (samples.features + 1) * parameters;
  return encoder ? attributionOperations(encoder, specimen, request) : 0;
}
