/* As much of KUnit as the generated tests use, in our own words. */
#ifndef KUNIT_TEST_H
#define KUNIT_TEST_H

#include <stdbool.h>
#include <stddef.h>
#include <setjmp.h>

struct kunit {
	bool failed;
	bool aborted;
	bool skipped;
	jmp_buf out;
};

struct kunit_case {
	void (*run)(struct kunit *test);
};

struct kunit_suite {
	const char *name;
	struct kunit_case *test_cases;
};

extern struct kunit_suite *the_suite;

#define KUNIT_CASE(function) { function }
#define kunit_test_suite(suite) struct kunit_suite *the_suite = &(suite)
#define MODULE_DESCRIPTION(text) extern int module_description
#define MODULE_LICENSE(text) extern int module_license

#define KUNIT_EXPECT_TRUE(test, condition) \
	do { if (!(condition)) (test)->failed = true; } while (0)
#define KUNIT_ASSERT_TRUE(test, condition) \
	do { if (!(condition)) { (test)->aborted = true; longjmp((test)->out, 1); } } while (0)
#define kunit_skip(test, words) \
	do { (test)->skipped = true; longjmp((test)->out, 1); } while (0)
#define KUNIT_ASSERT_EQ(test, left, right) KUNIT_ASSERT_TRUE(test, (left) == (right))

#endif
