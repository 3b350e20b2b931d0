/* What libical 3 says of iCalendar files.
 *
 * Reads paths, one a line, and answers each with one line of JSON: {"components", "errors",
 * "restrictions", "why"}. `errors` counts the X-LIC-ERROR properties that parsing leaves behind,
 * `restrictions` those that icalrestriction_check adds; `why` has the texts of the errors, or else of
 * the restrictions, up to a limit. */

#include <libical/ical.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN = 50 };

static void put_json(const char *text)
{
    putchar('"');
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        if (*c == '"' || *c == '\\')
            printf("\\%c", *c);
        else if (*c < 0x20 || *c > 0x7e)
            printf("\\u%04x", *c);
        else
            putchar(*c);
    }
    putchar('"');
}

static char *read_line(char *line, size_t size, void *file)
{
    return fgets(line, (int)size, file);
}

/* Puts out the texts of X-LIC-ERROR, at most SHOWN of them. */
static void put_errors(icalcomponent *component, int *shown)
{
    for (icalproperty *p = icalcomponent_get_first_property(component, ICAL_XLICERROR_PROPERTY); p;
         p = icalcomponent_get_next_property(component, ICAL_XLICERROR_PROPERTY)) {
        if (*shown >= SHOWN)
            return;
        if ((*shown)++)
            putchar(',');
        put_json(icalproperty_get_xlicerror(p));
    }
    icalcompiter inner = icalcomponent_begin_component(component, ICAL_ANY_COMPONENT);
    for (icalcomponent *c; (c = icalcompiter_deref(&inner)); icalcompiter_next(&inner))
        put_errors(c, shown);
}

static void judge(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        exit(1);
    }
    icalparser *parser = icalparser_new();
    icalparser_set_gen_data(parser, file);
    icalcomponent *root = icalparser_parse(parser, read_line);
    icalparser_free(parser);
    fclose(file);
    if (!root) {
        puts("{\"components\":0,\"errors\":0,\"restrictions\":0,\"why\":[]}");
        return;
    }
    int components = icalcomponent_isa(root) == ICAL_XROOT_COMPONENT
        ? icalcomponent_count_components(root, ICAL_ANY_COMPONENT) : 1;
    int errors = icalcomponent_count_errors(root);
    int shown = 0;
    printf("{\"components\":%d,\"errors\":%d,\"why\":[", components, errors);
    put_errors(root, &shown);
    icalrestriction_check(root);
    int restrictions = icalcomponent_count_errors(root) - errors;
    if (errors == 0)
        put_errors(root, &shown);
    printf("],\"restrictions\":%d}\n", restrictions);
    icalcomponent_free(root);
}

int main(void)
{
    char path[4096];

    icalerror_set_errors_are_fatal(0);
    while (fgets(path, sizeof path, stdin)) {
        path[strcspn(path, "\n")] = '\0';
        judge(path);
        fflush(stdout);
    }
    return 0;
}
