//go:build hdf5 && cgo

package raster

/*
#cgo pkg-config: hdf5
#include <hdf5.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 8192 };

// The macros of HDF5's types are expressions, which cgo cannot see.
static hid_t number_type(int real) { return real ? H5T_NATIVE_DOUBLE : H5T_NATIVE_UINT64; }

static void silent(void) { H5Eset_auto2(H5E_DEFAULT, NULL, NULL); }

static hid_t create_file(const char *name) { silent(); return H5Fcreate(name, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT); }
static hid_t open_file(const char *name) { silent(); return H5Fopen(name, H5F_ACC_RDONLY, H5P_DEFAULT); }
static hid_t create_group(hid_t in, const char *name) { return H5Gcreate2(in, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT); }
static hid_t open_group(hid_t in, const char *name) { silent(); return H5Gopen2(in, name, H5P_DEFAULT); }
static hid_t open_dataset(hid_t in, const char *name) { silent(); return H5Dopen2(in, name, H5P_DEFAULT); }

static hid_t create_dataset(hid_t in, const char *name, int real) {
	hsize_t none = 0, any = H5S_UNLIMITED, chunk = CHUNK;
	hid_t space = H5Screate_simple(1, &none, &any), list = H5Pcreate(H5P_DATASET_CREATE), out = -1;
	if (H5Pset_chunk(list, 1, &chunk) >= 0 && H5Pset_fletcher32(list) >= 0)
		out = H5Dcreate2(in, name, real ? H5T_IEEE_F64LE : H5T_STD_U64LE, space, H5P_DEFAULT, list, H5P_DEFAULT);
	H5Pclose(list);
	H5Sclose(space);
	return out;
}

// part selects count values from an offset of a dataset and moves them.
static int part(hid_t set, int real, hsize_t from, hsize_t count, void *values, int writing) {
	hid_t there = H5Dget_space(set), here = H5Screate_simple(1, &count, NULL);
	int status = H5Sselect_hyperslab(there, H5S_SELECT_SET, &from, NULL, &count, NULL);
	if (status >= 0)
		status = writing ? H5Dwrite(set, number_type(real), here, there, H5P_DEFAULT, values)
		                 : H5Dread(set, number_type(real), here, there, H5P_DEFAULT, values);
	H5Sclose(here);
	H5Sclose(there);
	return status;
}

static int append(hid_t set, int real, hsize_t from, hsize_t count, void *values) {
	hsize_t size = from + count;
	silent();
	return H5Dset_extent(set, &size) < 0 ? -1 : part(set, real, from, count, values, 1);
}

static int read_part(hid_t set, int real, hsize_t from, hsize_t count, void *values) {
	silent();
	return part(set, real, from, count, values, 0);
}

// length returns that of a dataset of one dimension and of the class wanted, else -1.
static int64_t length(hid_t set, int real) {
	silent();
	hid_t space = H5Dget_space(set), type = H5Dget_type(set);
	int64_t n = H5Sget_simple_extent_ndims(space) == 1 && H5Tget_class(type) == (real ? H5T_FLOAT : H5T_INTEGER)
		? (int64_t)H5Sget_simple_extent_npoints(space) : -1;
	H5Tclose(type);
	H5Sclose(space);
	return n;
}

static int attribute(hid_t of, const char *name, hid_t type, hid_t space, const void *value) {
	hid_t a = H5Acreate2(of, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
	int status = a < 0 ? -1 : H5Awrite(a, type, value);
	if (a >= 0) H5Aclose(a);
	H5Sclose(space);
	return status;
}

static hid_t text_type(void) {
	hid_t type = H5Tcopy(H5T_C_S1);
	H5Tset_size(type, H5T_VARIABLE);
	H5Tset_cset(type, H5T_CSET_UTF8);
	return type;
}

static int set_text(hid_t of, const char *name, const char *value) {
	hid_t type = text_type();
	int status = attribute(of, name, type, H5Screate(H5S_SCALAR), &value);
	H5Tclose(type);
	return status;
}

static int set_numbers(hid_t of, const char *name, const uint32_t *values, hsize_t count, int array) {
	return attribute(of, name, H5T_NATIVE_UINT32, array ? H5Screate_simple(1, &count, NULL) : H5Screate(H5S_SCALAR), values);
}

// set_sorting writes one of the words none, by_id, by_time, as the enumeration that SONATA defines.
static int set_sorting(hid_t of, int8_t value) {
	static const char *names[] = {"none", "by_id", "by_time"};
	hid_t type = H5Tenum_create(H5T_STD_I8LE);
	for (int8_t i = 0; i < 3; i++) H5Tenum_insert(type, names[i], &i);
	int status = attribute(of, "sorting", type, H5Screate(H5S_SCALAR), &value);
	H5Tclose(type);
	return status;
}

// get_text returns a text attribute in memory of malloc, NULL when there is none.
static char *get_text(hid_t of, const char *name) {
	silent();
	hid_t a = H5Aopen(of, name, H5P_DEFAULT);
	if (a < 0) return NULL;
	hid_t type = H5Aget_type(a);
	char *out = NULL;
	if (H5Tget_class(type) == H5T_STRING && H5Aget_storage_size(a) > 0) {
		if (H5Tis_variable_str(type) > 0) {
			char *text = NULL;
			hid_t same = text_type();
			H5Tset_cset(same, H5Tget_cset(type));
			if (H5Aread(a, same, &text) >= 0 && text) out = strdup(text);
			if (text) H5free_memory(text);
			H5Tclose(same);
		} else {
			out = calloc(1, H5Tget_size(type) + 1);
			if (H5Aread(a, type, out) < 0) { free(out); out = NULL; }
		}
	}
	H5Tclose(type);
	H5Aclose(a);
	return out;
}

static int64_t links(hid_t group) {
	H5G_info_t info;
	silent();
	return H5Gget_info(group, &info) < 0 ? -1 : (int64_t)info.nlinks;
}

static char *link_name(hid_t group, hsize_t i) {
	silent();
	ssize_t n = H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, i, NULL, 0, H5P_DEFAULT);
	if (n < 0) return NULL;
	char *out = calloc(1, n + 1);
	H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, i, out, n + 1, H5P_DEFAULT);
	return out;
}
*/
import "C"

import (
	"errors"
	"fmt"
	"sync"
	"unsafe"
)

// library serves one call at a time: libhdf5 need not be built for threads.
var library sync.Mutex

// object is a file, a group or a dataset of HDF5.
type object C.hid_t

// call makes a call of the library with a name as C has it; a negative answer is an error.
func call(doing, name string, f func(*C.char) C.hid_t) (object, error) {
	text := C.CString(name)
	defer C.free(unsafe.Pointer(text))
	library.Lock()
	defer library.Unlock()
	if id := f(text); id >= 0 {
		return object(id), nil
	}
	return -1, fmt.Errorf("raster: HDF5 could not %s %s", doing, name)
}

func createFile(name string) (object, error) {
	return call("create", name, func(c *C.char) C.hid_t { return C.create_file(c) })
}

func openFile(name string) (object, error) {
	return call("open", name, func(c *C.char) C.hid_t { return C.open_file(c) })
}

func (o object) createGroup(name string) (object, error) {
	return call("create the group", name, func(c *C.char) C.hid_t { return C.create_group(C.hid_t(o), c) })
}

func (o object) openGroup(name string) (object, error) {
	return call("open the group", name, func(c *C.char) C.hid_t { return C.open_group(C.hid_t(o), c) })
}

// dataset is one of one dimension, of float64 or of uint64.
type dataset struct {
	object
	name string
	real bool
	size int64
}

func (o object) createDataset(name string, real bool) (*dataset, error) {
	d, err := call("create the dataset", name, func(c *C.char) C.hid_t { return C.create_dataset(C.hid_t(o), c, truth(real)) })
	return &dataset{d, name, real, 0}, err
}

// openDataset refuses what has more dimensions or another class of numbers.
func (o object) openDataset(name string, real bool) (*dataset, error) {
	d, err := call("open the dataset", name, func(c *C.char) C.hid_t { return C.open_dataset(C.hid_t(o), c) })
	if err != nil {
		return nil, err
	}
	library.Lock()
	size := int64(C.length(C.hid_t(d), truth(real)))
	library.Unlock()
	if size < 0 {
		kind := "whole"
		if real {
			kind = "real"
		}
		return nil, errors.Join(fmt.Errorf("raster: the dataset %s is no list of %s numbers", name, kind), d.close())
	}
	return &dataset{d, name, real, size}, nil
}

func truth(b bool) C.int {
	if b {
		return 1
	}
	return 0
}

// append puts values at the end; read takes them from an offset on. T is
// float64 in a dataset of real numbers, else uint64.
func appendValues[T float64 | uint64](d *dataset, values []T) error {
	if len(values) == 0 {
		return nil
	}
	library.Lock()
	defer library.Unlock()
	if C.append(C.hid_t(d.object), truth(d.real), C.hsize_t(d.size), C.hsize_t(len(values)), unsafe.Pointer(&values[0])) < 0 {
		return fmt.Errorf("raster: HDF5 could not write to %s", d.name)
	}
	d.size += int64(len(values))
	return nil
}

func readValues[T float64 | uint64](d *dataset, from int64, values []T) error {
	if len(values) == 0 {
		return nil
	}
	library.Lock()
	defer library.Unlock()
	if C.read_part(C.hid_t(d.object), truth(d.real), C.hsize_t(from), C.hsize_t(len(values)), unsafe.Pointer(&values[0])) < 0 {
		return fmt.Errorf("raster: the HDF5 file is damaged: %s cannot be read from value %d on", d.name, from)
	}
	return nil
}

func (o object) setText(name, value string) error {
	text := C.CString(value)
	defer C.free(unsafe.Pointer(text))
	_, err := call("write the attribute", name, func(c *C.char) C.hid_t { return C.hid_t(C.set_text(C.hid_t(o), c, text)) })
	return err
}

func (o object) setNumbers(name string, array bool, values ...uint32) error {
	_, err := call("write the attribute", name, func(c *C.char) C.hid_t {
		return C.hid_t(C.set_numbers(C.hid_t(o), c, (*C.uint32_t)(&values[0]), C.hsize_t(len(values)), truth(array)))
	})
	return err
}

// Orders of the spikes in a group.
const (
	sortedNot    = 0
	sortedByTime = 2
)

func (o object) setSorting(order int) error {
	_, err := call("write the attribute", "sorting", func(*C.char) C.hid_t { return C.hid_t(C.set_sorting(C.hid_t(o), C.int8_t(order))) })
	return err
}

// text returns a text attribute, "" when there is none.
func (o object) text(name string) string {
	c := C.CString(name)
	defer C.free(unsafe.Pointer(c))
	library.Lock()
	defer library.Unlock()
	text := C.get_text(C.hid_t(o), c)
	defer C.free(unsafe.Pointer(text))
	return C.GoString(text)
}

// names returns those of the members of a group, in order.
func (o object) names() (names []string, err error) {
	library.Lock()
	defer library.Unlock()
	n := C.links(C.hid_t(o))
	for i := range n {
		name := C.link_name(C.hid_t(o), C.hsize_t(i))
		if name == nil {
			n = -1
			break
		}
		names = append(names, C.GoString(name))
		C.free(unsafe.Pointer(name))
	}
	if n < 0 {
		return nil, errors.New("raster: the HDF5 file is damaged: a group cannot be listed")
	}
	return names, nil
}

func (o object) close() error {
	library.Lock()
	defer library.Unlock()
	var status C.int
	switch C.H5Iget_type(C.hid_t(o)) {
	case C.H5I_FILE:
		status = C.int(C.H5Fclose(C.hid_t(o)))
	case C.H5I_GROUP:
		status = C.int(C.H5Gclose(C.hid_t(o)))
	case C.H5I_DATASET:
		status = C.int(C.H5Dclose(C.hid_t(o)))
	}
	if status < 0 {
		return errors.New("raster: HDF5 could not close the file: it is not complete")
	}
	return nil
}
