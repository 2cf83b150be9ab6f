FROM debian:stable-slim
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates libatomic1 npm \
  && rm -rf /var/lib/apt/lists/* \
  && useradd --create-home lectern
WORKDIR /srv/lectern
COPY package.json package-lock.json ./
# The sources come later, so that a change of theirs does not install everything anew.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund
COPY . .
# They are compiled once, here, where that can be kept.
RUN node_modules/.bin/node src/compile.js && mkdir data && chown lectern data
USER lectern
ENV HOST=0.0.0.0 PORT=3000 DATA_DIR=/srv/lectern/data
VOLUME /srv/lectern/data
EXPOSE 3000
HEALTHCHECK CMD node_modules/.bin/node -e "fetch('http://127.0.0.1:'+(process.env.PORT??3000)+'/health').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"
CMD ["./manage", "start"]
