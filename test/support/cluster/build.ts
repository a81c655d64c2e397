// `npm run build:cluster`: builds the programs of the test control plane into the cache, where `npm test` finds them.
import { prepareControlPlane } from './controlPlane.ts';

try {
  const { programs } = await prepareControlPlane();
  console.log(`The test control plane is built: ${programs}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
