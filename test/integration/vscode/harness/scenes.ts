import type { TestContext } from 'node:test';
import { git } from '../../../support/sampleRepository.ts';
import type { Workbench } from './workbench.ts';

/** Makes a subtest; what it does is done in a window that others use before and after it. */
export type Scene = (name: string, play: () => Promise<void>) => Promise<void>;

/**
 * Subtests that share one window on a Git repository, because opening one takes seconds. Each starts with no editor open, nothing unsaved and the files of
 * HEAD, whatever happened in the one before: one that fails takes no other with it, and leaves a screenshot.
 */
export function scenes(context: TestContext, vscode: Workbench): Scene {
  let isFirst = true;
  return async (name, play) => {
    await context.test(name, async () => {
      try {
        if (!isFirst) await vscode.closeAll();
        isFirst = false;
        if (git(vscode.workspace, ['status', '--porcelain']) !== '') {
          git(vscode.workspace, ['checkout', '--quiet', '--', '.']);
          git(vscode.workspace, ['clean', '--quiet', '--force', '-d']);
        }
        await play();
      } catch (error) {
        await vscode.failed();
        throw error;
      }
    });
  };
}
