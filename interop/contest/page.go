package contest

import (
	"cmp"
	"fmt"
	"math"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
)

// page is RESULTS.md.
func page(samples map[key][]sample, e effort) string {
	var b strings.Builder
	fmt.Fprintf(&b, `# Results

One run of `+"`go run -C interop . -solution bench`"+`, which has written this page and its chart. Do not
edit them: a check compares what they name with what the command runs.

- Machine: %d cores, %s/%s, %s.
- With %s.
- Every figure is the median of %d rounds of %v each. A round has one sample of everything, in an
  order that changes, so that a slow moment of the machine is shared by all. The spread, ±, is half
  the distance between the quartiles.
- Everything goes over loopback TCP; server and client share the cores. A ratio of 2.00 takes twice
  the time of %s, or of the best of the other people's libraries. "Allocations" are those of both
  sides for each message.

![Time of an echo, as a ratio to raw TCP](results.svg)
`, runtime.GOMAXPROCS(0), runtime.GOOS, runtime.GOARCH, runtime.Version(), strings.Join(versions(), ", "), e.rounds, e.time, rawName)
	for _, kind := range kinds {
		fmt.Fprintf(&b, "\n## %s%s\n\n%s\n", strings.ToUpper(kind[:1]), kind[1:], about[kind])
		for _, c := range contests {
			if c.kind == kind {
				table(&b, c, samples)
			}
		}
	}
	return b.String()
}

var about = map[string]string{
	echoCommon: "Each library is a server; the client is the same for all, with frames that are made before.",
	echoItself: "Each library is both server and client.",
	pipelined: `The client sends without waiting, the server echoes each message. "` + queuedName + `" queues the echoes and
flushes them when no more input is buffered; all others make a write for each.

Most of this time is the kernel's: a write of the server wakes the client. What that costs depends on
whether the other core sleeps, and a garbage collector that works there keeps it awake: then a library
that leaves garbage comes out ahead of raw TCP. So nothing is collected during a sample of this contest.
What collecting would cost is left out with that; the allocations tell of it.`,
	masking: `Masking in memory, for those who have a public function for it. That of gobwas is written for the
processor, in assembly; ours is the loop of lesson 4, in Go. Most of an echo's time is the kernel's, so
little of this distance is left there.`,
	memory: `Heap and stack of the server for each connection that waits. Where the library allows it, the handler
has returned and a goroutine reads.`,
}

// table is one contest.
func table(b *strings.Builder, c contest, samples map[key][]sample) {
	unit, best := "time", math.Inf(1)
	if c.kind == memory {
		unit = "bytes"
	}
	for _, name := range c.in() {
		if isLibrary(name) {
			best = min(best, median(samples[key{c, name}]))
		}
	}
	floor := median(samples[key{c, c.floor()}])
	fmt.Fprintf(b, "\n### %s\n\n| %s | %s | ± | to %s | to the best library | allocations |\n| --- | ---: | ---: | ---: | ---: | ---: |\n",
		c, c, unit, rawName)
	for _, name := range c.in() {
		s := samples[key{c, name}]
		toFloor, allocs := "", ""
		if c.floor() != "" {
			toFloor = fmt.Sprintf("%.2f", median(s)/floor)
		}
		if c.kind != memory {
			allocs = fmt.Sprintf("%.0f", medianOf(s, func(s sample) float64 { return s.allocs }))
		}
		fmt.Fprintf(b, "| %s | %s | %.0f %% | %s | %.2f | %s |\n", name, c.show(median(s)), 100*spread(s), toFloor, median(s)/best, allocs)
	}
}

func (c contest) show(v float64) string {
	switch {
	case c.kind == memory:
		return fmt.Sprintf("%.0f", v)
	case v < 1000:
		return fmt.Sprintf("%.1f ns", v)
	default:
		return fmt.Sprintf("%.1f µs", v/1000)
	}
}

func median(s []sample) float64 { return medianOf(s, func(s sample) float64 { return s.value }) }

func medianOf(s []sample, of func(sample) float64) float64 { return quantile(s, 0.5, of) }

func quantile(s []sample, q float64, of func(sample) float64) float64 {
	var all []float64
	for _, one := range s {
		all = append(all, of(one))
	}
	slices.Sort(all)
	if len(all) == 0 {
		return math.NaN()
	}
	at := q * float64(len(all)-1)
	low := int(at)
	high := min(low+1, len(all)-1)
	return all[low] + (at-float64(low))*(all[high]-all[low])
}

// spread is half the distance between the quartiles, as a part of the median.
func spread(s []sample) float64 {
	value := func(s sample) float64 { return s.value }
	return (quantile(s, 0.75, value) - quantile(s, 0.25, value)) / 2 / median(s)
}

// versions are those of the libraries that this program is built with.
func versions() (all []string) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return nil
	}
	for _, m := range info.Deps {
		if slices.ContainsFunc(contestants, func(l contestant) bool { return l.module == m.Path }) {
			all = append(all, m.Path+" "+m.Version)
		}
	}
	return all
}

// chart shows the echoes of one client for all, as ratios to raw TCP.
func chart(samples map[key][]sample) string {
	const left, barHeight, gap, width, most = 120, 12, 26, 560, 5.0
	var b strings.Builder
	y := 40
	for _, c := range contests {
		if c.kind != echoCommon {
			continue
		}
		fmt.Fprintf(&b, `<text x="%d" y="%d" font-weight="bold">%s</text>`+"\n", 8, y+10, c)
		y += 18
		names := c.in()
		base := median(samples[key{c, rawName}])
		slices.SortStableFunc(names, func(a, b string) int {
			return cmp.Compare(median(samples[key{c, a}]), median(samples[key{c, b}]))
		})
		for _, name := range names {
			ratio := median(samples[key{c, name}]) / base
			color := "#9aa5b1"
			switch name {
			case ourName:
				color = "#0b7285"
			case rawName:
				color = "#dee2e6"
			}
			bar := width * min(ratio, most) / most
			fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="end" class="name">%s</text>`, left-6, y+10, name)
			fmt.Fprintf(&b, `<rect x="%d" y="%d" width="%.0f" height="%d" fill="%s"/>`, left, y, bar, barHeight, color)
			fmt.Fprintf(&b, `<text x="%.0f" y="%d">%.2f</text>`+"\n", left+bar+6, y+10, ratio)
			y += barHeight + 3
		}
		y += gap - barHeight
	}
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" width="760" height="%d" font-family="sans-serif" font-size="11" role="img">
<title>Time of an echo as a ratio to raw TCP: shorter is better</title>
<rect width="100%%" height="100%%" fill="#fff"/>
<text x="8" y="20" font-size="14">Time of an echo as a ratio to raw TCP, one client for all: shorter is better</text>
%s</svg>
`, y, b.String())
}
