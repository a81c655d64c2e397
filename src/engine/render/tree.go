package render

// Kind says what is at a path.
type Kind int32

const (
	Nothing   Kind = 0
	File      Kind = 1
	Directory Kind = 2
	// Link is added to the kind of what a symbolic link leads to.
	Link Kind = 4
)

// Target is the kind after following a link.
func (k Kind) Target() Kind { return k &^ Link }

// Tree answers questions about absolute, clean, slash-separated paths.
type Tree interface {
	Kind(path string) Kind
	// Real resolves links; false when nothing is there.
	Real(path string) (string, bool)
	Read(path string) ([]byte, bool)
	// List names the entries of a directory, in any order.
	List(path string) ([]string, bool)
}
