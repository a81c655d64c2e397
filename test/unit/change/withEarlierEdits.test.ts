import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withEarlierEdits } from '../../../src/core/change/withEarlierEdits.ts';
import { reapply } from '../../../src/core/text/reapply.ts';

const text = (a: string, b: string, first = '') => `${first}images:\n- name: a\n  newTag: ${a}\n- name: b\n  newTag: ${b}\n`;

describe('A change that is brought into another version of a text', () => {
  it('is the change where the text is the same', () =>
    assert.deepEqual(reapply('a\n', 'b\n', 'a\n'), { text: 'b\n', conflicts: 0 }));
  it('fits where other lines differ', () => {
    assert.deepEqual(reapply(text('1', '1'), text('2', '1'), text('1', '1', '# mine\n')), {
      text: text('2', '1', '# mine\n'),
      conflicts: 0,
    });
    assert.deepEqual(reapply(text('1', '1'), text('2', '1'), text('1', '9')), { text: text('2', '9'), conflicts: 0 });
  });
  it('is there already where the other version has it', () => {
    assert.deepEqual(reapply(text('1', '1'), text('2', '1'), text('2', '1')), { text: text('2', '1'), conflicts: 0 });
  });
  it('does not fit where the same lines differ, and the rest still comes', () => {
    assert.deepEqual(reapply(text('1', '1'), text('2', '2'), text('9', '1')), { text: text('9', '2'), conflicts: 1 });
  });
  it('keeps line endings and a missing last one', () => {
    assert.equal(reapply('a\r\nb\r\nc', 'a\r\nx\r\nc', '#\r\na\r\nb\r\nc').text, '#\r\na\r\nx\r\nc');
    assert.equal(reapply('', 'a\n', '').text, 'a\n');
  });
});

describe('A new plan beside an open proposal', () => {
  const planned = { path: 'p', before: text('1', '1'), after: text('2', '1') };
  it('keeps what the proposal changes besides', () => {
    const earlier = { path: 'p', before: text('1', '1'), after: text('1', '3'), text: text('1', '1') };
    const other = { path: 'q', before: 'x\n', after: 'y\n', text: 'x\n' };
    assert.deepEqual(withEarlierEdits([planned], [other, earlier]), {
      files: [
        { path: 'p', before: text('1', '1'), after: text('2', '3') },
        { path: 'q', before: 'x\n', after: 'y\n' },
      ],
      notes: [],
      lost: undefined,
    });
  });
  it('wins at the same lines, and says so', () => {
    const earlier = { path: 'p', before: text('1', '1'), after: text('5', '3'), text: text('1', '1') };
    const { files, notes } = withEarlierEdits([planned], [earlier]);
    assert.deepEqual(
      [files[0]?.after, notes],
      [text('2', '3'), ['What the open proposal changed at the same lines of p is replaced.']],
    );
  });
  it('does not lose what no longer fits elsewhere', () => {
    assert.equal(withEarlierEdits([planned], [{ path: 'q', before: 'x\n', after: 'y\n', text: 'z\n' }]).lost, 'q');
    assert.equal(withEarlierEdits([planned], [{ path: 'q', before: 'x\n', after: 'y\n', text: 'y\n' }]).lost, undefined);
  });
});
