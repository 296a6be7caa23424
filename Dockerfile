# One image for every Heaplab process: web, worker, beat and the commands. Which one it is, its command says.
FROM python:3.13-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    HEAPLAB_NO_BOOTSTRAP=1 \
    HEAPLAB_DATA=/var/lib/heaplab \
    STATIC_ROOT=/srv/static \
    DJANGO_SETTINGS_MODULE=config.settings

WORKDIR /srv/heaplab
COPY requirements/base.txt requirements/base.txt
RUN pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements/base.txt

COPY . .
# These values are for collecting files alone: nothing connects anywhere, and none of them is kept in the image.
RUN HEAPLAB_URL=https://build.invalid SECRET_KEY=only-for-collecting-static-files-in-this-step \
    DATABASE_URL=postgres://nobody@127.0.0.1/nothing BROKER_URL=memory:// \
    python manage.py collectstatic --no-input --verbosity 0 \
 && python -m compileall -q config exercises grader sim \
 && useradd --system --home-dir /var/lib/heaplab --create-home heaplab

USER heaplab
EXPOSE 8000
CMD ["granian", "--interface", "rsgi", "--loop", "asyncio", "--host", "0.0.0.0", "--port", "8000", "--http", "1", "--no-ws", "config.web:application"]
