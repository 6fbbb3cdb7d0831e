// Package solutions holds the course's own test. The folders beside this file
// hold the finished versions of the lessons' files; the tests here put them, and
// the mistakes made from them, in the place of the lessons' files and run the
// lessons' own tests on them.
//
//	go test -C solutions            checks everything; a summary stands at the end
//	go test -C solutions -update    writes golden files and files.sum anew, then checks
//
// It stays green in a learner's copy, whatever state the lessons are in: what
// needs the files as they were shipped is skipped there, and the summary says
// so. With COURSE_PRISTINE=1 in the environment nothing may be skipped.
package solutions
