//go:build wasip1

// Command engine is the render engine as a WASI reactor. The host sends requests in JSON through memory that
// it has asked for, and answers questions about files through the functions it gives in module "host".
package main

import (
	"runtime"
	"runtime/debug"
	"strings"
	"unsafe"

	"gitopscockpit/engine/render"
)

//go:wasmimport host kind
func hostKind(path unsafe.Pointer, length uint32) int32

// real, read and list return the number of bytes of the answer, which take then copies, or -1 for none.
//
//go:wasmimport host real
func hostReal(path unsafe.Pointer, length uint32) int32

//go:wasmimport host read
func hostRead(path unsafe.Pointer, length uint32) int32

//go:wasmimport host list
func hostList(path unsafe.Pointer, length uint32) int32

//go:wasmimport host take
func hostTake(into unsafe.Pointer)

type question func(path unsafe.Pointer, length uint32) int32

func ask(q question, path string) int32 {
	return q(unsafe.Pointer(unsafe.StringData(path)), uint32(len(path)))
}

func answer(q question, path string) ([]byte, bool) {
	length := ask(q, path)
	if length < 0 {
		return nil, false
	}
	content := make([]byte, length)
	if length > 0 {
		hostTake(unsafe.Pointer(unsafe.SliceData(content)))
	}
	return content, true
}

// hostTree is the host's file system.
type hostTree struct{}

func (hostTree) Kind(path string) render.Kind { return render.Kind(ask(hostKind, path)) }

func (hostTree) Real(path string) (string, bool) {
	real, ok := answer(hostReal, path)
	return string(real), ok
}

func (hostTree) Read(path string) ([]byte, bool) { return answer(hostRead, path) }

func (hostTree) List(path string) ([]string, bool) {
	names, ok := answer(hostList, path)
	if len(names) == 0 {
		return nil, ok
	}
	return strings.Split(string(names), "\x00"), ok
}

// What the host writes to and reads from stays referenced here.
var request, response []byte

//go:wasmexport allocate
func allocate(length uint32) unsafe.Pointer {
	request = make([]byte, length)
	return unsafe.Pointer(unsafe.SliceData(request))
}

// build answers the request: address in the low 32 bits, length in the high ones.
//
//go:wasmexport build
func build() uint64 {
	response = render.Handle(hostTree{}, request)
	request = nil
	return uint64(len(response))<<32 | uint64(uintptr(unsafe.Pointer(unsafe.SliceData(response))))
}

//go:wasmexport warm
func warm() { render.Warm() }

// collect frees memory. The host calls it between builds, because Go's own pacing counts on time that passes,
// and a reactor stands still between calls.
//
//go:wasmexport collect
func collect() {
	response = nil
	runtime.GC()
}

const memoryLimit = 256 << 20

func init() {
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(memoryLimit)
}

func main() {}
