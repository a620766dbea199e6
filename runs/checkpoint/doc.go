// Package checkpoint keeps the state of a run that goes on in a folder of its own inside the run's folder: files that are written
// beside their place, brought to the disk and renamed, the last two of which stay. Files that only grow (tables, spikes) are not in
// it; a checkpoint holds how long they were and cuts them back.
//
// A checkpoint is a magic word, the number of its layout with its complement, and sections. A section is its name, chunks of bytes each with its
// length, an empty chunk and the CRC-64 (ECMA) of name and bytes; the last one is named end. Numbers are little-endian.
package checkpoint
