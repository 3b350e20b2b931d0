/* libical 3 as a peer: a program that does one piece of work for each line it reads and answers how long
 * it took.
 *
 * Usage: libical-peer FILE
 *
 *   index                                        parse FILE
 *   typed                                        parse FILE, read every value
 *   write                                        parse FILE, write it to memory
 *   memory                                       parse FILE, answer the bytes that the tree keeps
 *   expand RULE DTSTART TZID COUNT TIMES         TIMES times: the first COUNT instances as UTC instants
 *   window RULE DTSTART TZID FIRST WEEKS TIMES   TIMES times: WEEKS questions, each for the instances of one
 *                                                week; the first begins at FIRST (seconds since 1970)
 *
 * The answer is a line `NANOSECONDS TIMES COUNT SUM`, COUNT and SUM being of one of the TIMES; for memory,
 * COUNT is the bytes. What they count is told in README.md. The file is read before the first answer; trees
 * are freed after the clock is stopped.
 */

#include <inttypes.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <libical/ical.h>

struct check {
    int64_t count;
    int64_t sum;
};

struct rule {
    struct icalrecurrencetype recur;
    struct icaltimetype start;
    icaltimezone *zone;
};

static const time_t WEEK = 7 * 24 * 60 * 60;

static int64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void fail(const char *what, const char *about)
{
    fprintf(stderr, "libical-peer: %s: %s\n", what, about);
    exit(1);
}

static void answer(int64_t nanoseconds, int64_t times, struct check check)
{
    printf("%" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 "\n", nanoseconds, times, check.count, check.sum);
    fflush(stdout);
}

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        fail("cannot open", path);
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    char *text = malloc((size_t)size + 1);
    if (!text || fread(text, 1, (size_t)size, file) != (size_t)size)
        fail("cannot read", path);
    text[size] = '\0';
    fclose(file);
    return text;
}

static int64_t count_components(icalcomponent *parent)
{
    int64_t count = 1;
    icalcompiter each = icalcomponent_begin_component(parent, ICAL_ANY_COMPONENT);
    for (icalcomponent *child; (child = icalcompiter_deref(&each)) != NULL; icalcompiter_next(&each))
        count += count_components(child);
    return count;
}

static void index_file(const char *text)
{
    int64_t begin = now();
    icalcomponent *calendar = icalparser_parse_string(text);
    int64_t nanoseconds = now() - begin;
    if (!calendar)
        fail("no calendar in", "the file");
    answer(nanoseconds, 1, (struct check){count_components(calendar), 0});
    icalcomponent_free(calendar);
}

/* Values are typed when libical parses; reading one is finding it. */
static struct check read_values(icalcomponent *parent)
{
    struct check check = {1, 0};
    icalproperty *property = icalcomponent_get_first_property(parent, ICAL_ANY_PROPERTY);
    for (; property; property = icalcomponent_get_next_property(parent, ICAL_ANY_PROPERTY)) {
        icalvalue *value = icalproperty_get_value(property);
        if (value && icalproperty_isa(property) == ICAL_DTSTART_PROPERTY) {
            struct icaltimetype start = icalvalue_get_datetimedate(value);
            check.sum += start.year * 10000 + start.month * 100 + start.day;
        }
    }
    icalcompiter each = icalcomponent_begin_component(parent, ICAL_ANY_COMPONENT);
    for (icalcomponent *child; (child = icalcompiter_deref(&each)) != NULL; icalcompiter_next(&each)) {
        struct check inner = read_values(child);
        check.count += inner.count;
        check.sum += inner.sum;
    }
    return check;
}

static void read_typed(const char *text)
{
    int64_t begin = now();
    icalcomponent *calendar = icalparser_parse_string(text);
    struct check check = calendar ? read_values(calendar) : (struct check){0, 0};
    int64_t nanoseconds = now() - begin;
    answer(nanoseconds, 1, check);
    icalcomponent_free(calendar);
}

static void write_back(const char *text)
{
    int64_t begin = now();
    icalcomponent *calendar = icalparser_parse_string(text);
    char *written = icalcomponent_as_ical_string_r(calendar);
    int64_t nanoseconds = now() - begin;
    struct check check = {0, 0};
    for (char *line = written; line && *line; line = strchr(line, '\n'), line = line ? line + 1 : NULL)
        check.count += strncmp(line, "BEGIN:", 6) == 0;
    answer(nanoseconds, 1, check);
    icalmemory_free_buffer(written);
    icalcomponent_free(calendar);
}

static int64_t allocated(void)
{
    struct mallinfo2 heap = mallinfo2();
    return (int64_t)(heap.uordblks + heap.hblkhd);
}

static void measure_memory(const char *text)
{
    int64_t before = allocated();
    icalcomponent *calendar = icalparser_parse_string(text);
    answer(0, 1, (struct check){allocated() - before, 0});
    icalcomponent_free(calendar);
}

static struct rule read_rule(const char *recur, const char *start, const char *tzid)
{
    struct rule rule = {
        .recur = icalrecurrencetype_from_string(recur),
        .start = icaltime_from_string(start),
        .zone = icaltimezone_get_builtin_timezone(tzid),
    };
    if (rule.recur.freq == ICAL_NO_RECURRENCE)
        fail("no rule", recur);
    if (!rule.zone)
        fail("no zone", tzid);
    icaltime_set_timezone(&rule.start, rule.zone);
    /* The zone's transitions are loaded at its first use; every other contender has them at hand, too. */
    icaltime_as_timet_with_zone(rule.start, rule.zone);
    return rule;
}

static void expand(struct rule rule, int64_t count, int64_t times)
{
    struct check check = {0, 0};
    int64_t begin = now();
    for (int64_t time = 0; time < times; time++) {
        check = (struct check){0, 0};
        icalrecur_iterator *each = icalrecur_iterator_new(rule.recur, rule.start);
        for (; check.count < count; check.count++) {
            struct icaltimetype instance = icalrecur_iterator_next(each);
            if (icaltime_is_null_time(instance))
                break;
            check.sum += (int64_t)icaltime_as_timet_with_zone(instance, rule.zone);
        }
        icalrecur_iterator_free(each);
    }
    answer(now() - begin, times, check);
}

static struct check instances_of_week(const struct rule *rule, time_t week)
{
    struct check check = {0, 0};
    icalrecur_iterator *each = icalrecur_iterator_new(rule->recur, rule->start);
    /* It gives wall time but calls it UTC (seen with 3.0.16). */
    struct icaltimetype from = icaltime_from_timet_with_zone(week, 0, rule->zone);
    icaltime_set_timezone(&from, rule->zone);
    icalrecur_iterator_set_start(each, from);
    for (;;) {
        struct icaltimetype instance = icalrecur_iterator_next(each);
        if (icaltime_is_null_time(instance))
            break;
        time_t instant = icaltime_as_timet_with_zone(instance, rule->zone);
        if (instant >= week + WEEK)
            break;
        if (instant >= week) {
            check.count++;
            check.sum += (int64_t)instant;
        }
    }
    icalrecur_iterator_free(each);
    return check;
}

static void ask_windows(struct rule rule, int64_t first, int64_t weeks, int64_t times)
{
    struct check check = {0, 0};
    int64_t begin = now();
    for (int64_t time = 0; time < times; time++) {
        check = (struct check){0, 0};
        for (int64_t week = 0; week < weeks; week++) {
            struct check found = instances_of_week(&rule, (time_t)(first + week * WEEK));
            check.count += found.count;
            check.sum += found.sum;
        }
    }
    answer(now() - begin, times, check);
}

static void recur(const char *line)
{
    char rule[512], start[64], tzid[64];
    int64_t first, count, times;
    int read = 0;
    int fields = sscanf(line, "%*s %511s %63s %63s%n", rule, start, tzid, &read);
    const char *numbers = line + read;
    if (fields == 3 && strncmp(line, "expand ", 7) == 0
        && sscanf(numbers, "%" SCNd64 " %" SCNd64, &count, &times) == 2)
        expand(read_rule(rule, start, tzid), count, times);
    else if (fields == 3 && strncmp(line, "window ", 7) == 0
             && sscanf(numbers, "%" SCNd64 " %" SCNd64 " %" SCNd64, &first, &count, &times) == 3)
        ask_windows(read_rule(rule, start, tzid), first, count, times);
    else
        fail("what is", line);
}

int main(int argc, char **argv)
{
    if (argc != 2)
        fail("usage", "libical-peer FILE");
    icalerror_set_errors_are_fatal(0);
    char *text = read_file(argv[1]);
    char line[1024];
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        if (strcmp(line, "index") == 0)
            index_file(text);
        else if (strcmp(line, "typed") == 0)
            read_typed(text);
        else if (strcmp(line, "write") == 0)
            write_back(text);
        else if (strcmp(line, "memory") == 0)
            measure_memory(text);
        else
            recur(line);
    }
    free(text);
    return 0;
}
