/**
 * Whoever reads what is printed may go away (`| head`), and its disk may be full. The agent watches the plant all the same;
 * any other command says nothing more, and fails where it could not write all that it was asked for.
 */
export function outliveReader(isAgent: boolean): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (!isAgent && error.code !== 'EPIPE') throw error;
  });
  // There is nowhere to tell it.
  process.stderr.on('error', () => {});
}
