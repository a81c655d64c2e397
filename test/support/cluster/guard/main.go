// Command guard runs a program and ends it as soon as its own standard input closes: whoever started it has ended, in whatever way.
package main

import (
	"io"
	"os"
	"os/exec"
)

func main() {
	child := exec.Command(os.Args[1], os.Args[2:]...)
	child.Stdout, child.Stderr = os.Stdout, os.Stderr
	if err := child.Start(); err != nil {
		os.Stderr.WriteString(err.Error() + "\n")
		os.Exit(127)
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		_ = child.Process.Kill()
	}()
	_ = child.Wait()
	os.Exit(child.ProcessState.ExitCode())
}
