package grade

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	mostMemory = 3 << 30  // bytes of data, of each process
	mostCPU    = 600      // seconds, of each process
	mostBuilt  = 1 << 30  // bytes of a file that the go command writes
	mostFiles  = 16 << 20 // bytes of a file that a hand-in writes
)

// limitProcess is called by a marker before it starts anything. Its children
// inherit the limits, and come back to it when their own parents have ended.
func limitProcess() {
	const setChildSubreaper = 36
	syscall.RawSyscall(syscall.SYS_PRCTL, setChildSubreaper, 1, 0)
	limit(syscall.RLIMIT_CORE, 0)
	limit(syscall.RLIMIT_CPU, mostCPU)
	limit(syscall.RLIMIT_DATA, mostMemory)
	limit(syscall.RLIMIT_FSIZE, mostBuilt)
}

// limitHandIn is called when the go command has done its work.
func limitHandIn() { limit(syscall.RLIMIT_FSIZE, mostFiles) }

// limit sets a limit for good. Where there is a lower one, that one stays.
func limit(what int, most uint64) {
	var now syscall.Rlimit
	if syscall.Getrlimit(what, &now) == nil && now.Max > most {
		syscall.Setrlimit(what, &syscall.Rlimit{Cur: most, Max: most})
	}
}

// sweep ends everything that this process or its children have started, also what
// has left the group.
func sweep() {
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		children := childrenOf(os.Getpid())
		if len(children) == 0 {
			return
		}
		for _, pid := range children {
			syscall.Kill(pid, syscall.SIGKILL)
		}
		for {
			if pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil); pid <= 0 || err != nil {
				break
			}
		}
	}
}

// childrenOf returns the processes whose parent is the given one. Those whose
// parents end become children of the marker, and are found in the next round.
func childrenOf(parent int) (pids []int) {
	proc, err := os.ReadDir("/proc")
	if err != nil {
		return nil
	}
	for _, e := range proc {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		// "pid (name) state parent ...", and a name may have anything in it.
		fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
		if len(fields) > 1 && fields[1] == strconv.Itoa(parent) {
			pids = append(pids, pid)
		}
	}
	return pids
}
